package suspend

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
)

func TestShiftedTimesHaveTheSleepInThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string) time.Duration {
			return time.Duration(rapid.Int64Range(-24*3600, 24*3600).Draw(t, name)) * time.Second
		}
		begun := time.Now()
		slept := day("slept").Abs()
		first, second := begun.Add(day("first")), begun.Add(day("second"))
		now := begun.Add(time.Minute)
		a, b := first, second
		Shift(slept, now, &a, &b)
		if got, want := now.Sub(a), now.Sub(first)+slept; got != want {
			t.Errorf("it was %v ago, want %v", got, want)
		}
		if got, want := b.Sub(a), second.Sub(first); got != want {
			t.Errorf("they lie %v apart, want %v", got, want)
		}
	})
}

func TestTheWallClockShowsShiftedTimesAsTheyWere(t *testing.T) {
	began := time.Now()
	deadline := began.Add(time.Hour)
	// Awake after eight hours: the wall clock went on, and the other one by a second.
	now := xmpptest.WallSet(began.Add(time.Second), 8*time.Hour)
	if now.Sub(began) != time.Second || now.Round(0).Sub(began.Round(0)) != 8*time.Hour+time.Second {
		t.Fatal("the clock is not set")
	}
	Shift(8*time.Hour, now, &deadline)
	if got, want := deadline.Round(0), began.Add(time.Hour).Round(0); !got.Equal(want) {
		t.Errorf("it is shown as %v, want %v", got, want)
	}
	if left := deadline.Sub(now); left != -7*time.Hour-time.Second {
		t.Errorf("%v are left", left)
	}
}

func TestNoTimeStaysNone(t *testing.T) {
	var none time.Time
	if Shift(time.Hour, time.Now(), &none); !none.IsZero() {
		t.Errorf("it became %v", none)
	}
}

func TestWithoutSleepTheTotalStandsStill(t *testing.T) {
	began := Total()
	time.Sleep(10 * time.Millisecond)
	// Only sleep makes it grow, by far more than the clocks differ in rate or the readings lie apart.
	if d := Total() - began; d > 5*time.Second {
		t.Errorf("it grew by %v", d)
	}
}
