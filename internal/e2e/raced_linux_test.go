//go:build race

package e2e

import "testing"

// With the race detector the program takes four times as long, so that only the main roads are gone
// with it, each once: all that lies beside each other in the program has met then. CI has a run
// without it for everything; -run chooses others.
func init() {
	mainRoads = []func(*testing.T){
		TestAPersonWithAnAccountAsksTheirServerByOneKey,                    // logs in, on each server
		TestExitStatusOfOneRequest,                                         // sends
		TestASeriesEndsWithASummary,                                        // sends many
		TestExitStatusOfAnInterruption,                                     // is interrupted
		TestTheScreenIsUsableWithAHundredInFlight,                          // a flood
		TestAHeldRequestIsAnsweredByHand,                                   // answers
		TestARuleFileAnswersWhatAnotherProgramSends,                        // by rules
		TestWatchPrintsTheRequestThatItWaitsForAndEnds,                     // watches
		TestALateReplyIsJoinedToItsRequest,                                 // times out
		TestWhenTheServerDiesTheDraftAndTheLogStayAndAKeyConnectsAgain,     // connects again
		TestWhenTheServerHasForgottenTheStreamWhatWaitedForItEndsAsUnknown, // wants to resume
		TestTheWayToAStreamIsGoneByHand,                                    // by hand
		TestTheTerminalIsResizedWhileARequestWaits,                         // the screen
		TestOneFilterShowsExactlyTheRequestsThatFailed,                     // the log
		TestTheShellHasTheTerminalWhileTheProgramIsSuspended,               // sleeps
		TestOneGoesOnAsAnotherAccount,                                      // another session
		TestQuittingWithRequestsPendingAsksOnce,                            // quits
		TestASignalEndsTheProgramWithTheTerminalRestored,                   // is ended
		TestAProgramThatFailsLeavesTheTerminalAndAReport,                   // fails
	}
}
