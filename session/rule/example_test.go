package rule_test

import (
	"fmt"

	"iqscope/session/match"
	"iqscope/session/rule"
)

func ExampleParse() {
	r, err := rule.Parse(`iq@type=get/version => 3 times delay 2s error forbidden "not you"`, match.BasicKeys())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Match, r.Do, r.Times, r.Delay, r.Error.Condition)

	r.Times, r.Error.Text = 0, ""
	fmt.Println(r)

	_, err = rule.Parse(`iq@type=get/version => error forbiden`, match.BasicKeys())
	fmt.Println(err)
	// Output:
	// iq@type=get/version error 3 2s forbidden
	// iq@type=get/version => delay 2s error forbidden
	// column 30: there is no condition "forbiden"; did you mean "forbidden"?
}
