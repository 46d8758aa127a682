module iqscope/docs/pictures

go 1.26
