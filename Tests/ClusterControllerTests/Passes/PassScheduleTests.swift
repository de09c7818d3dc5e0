import Testing

@testable import ClusterController

/// When passes begin.
@Suite struct PassScheduleTests {
    /// A schedule with a clock that the test moves.
    private struct Run {
        static let start = ContinuousClock.now
        /// 2026-11-29T12:00:00Z.
        static let noon: Int64 = 1_795_953_600

        var schedule: PassSchedule
        var elapsed = Duration.zero
        var random = 0.5
        private let unixStart: Int64

        init(unixStart: Int64 = noon, _ change: (inout PassTimings) -> Void = { _ in }) {
            var timings = PassTimings()
            change(&timings)
            self.unixStart = unixStart
            schedule = PassSchedule(timings, at: PassSchedule.Time(now: Self.start, unixSeconds: unixStart), random: 0.5)
        }

        private var time: PassSchedule.Time {
            PassSchedule.Time(now: Self.start + elapsed, unixSeconds: unixStart + elapsed.components.seconds)
        }

        /// The seconds from the start to the next pass, to the millisecond.
        var next: Double? { schedule.deadline.map { Self.seconds($0 - Self.start) } }

        private static func seconds(_ duration: Duration) -> Double { (duration / .milliseconds(1)).rounded() / 1_000 }

        /// Waits until the next pass, and begins it.
        mutating func begin() -> Double? {
            guard let deadline = schedule.deadline else { return nil }
            elapsed = max(elapsed, deadline - Self.start)
            return schedule.begin(at: time, random: random) ? Self.seconds(elapsed) : nil
        }

        /// Ends the pass after some seconds.
        mutating func end(after seconds: Double = 0, failed: Bool = false) {
            elapsed += .seconds(seconds)
            schedule.end(failed: failed, at: time.now, random: random)
        }

        mutating func change(after seconds: Double = 0) {
            elapsed += .seconds(seconds)
            schedule.policiesChanged(at: time.now)
        }

        mutating func postpone() { schedule.postpone(at: time.now) }
    }

    @Test func `The first pass begins at once, and the next one an interval after its end`() {
        var run = Run()
        #expect(run.begin() == 0)
        #expect(run.next == nil)
        run.end(after: 7)
        #expect(run.begin() == 907)
    }

    @Test(arguments: [(0.0, 810.0), (0.999_999, 990.0)])
    func `An interval varies by a tenth`(random: Double, seconds: Double) {
        var run = Run()
        _ = run.begin()
        run.random = random
        run.end()
        #expect(abs((run.next ?? 0) - seconds) < 0.1)
    }

    @Test func `A pass begins 30 seconds after the first of several changes`() {
        var run = Run()
        _ = run.begin()
        run.end()
        run.change(after: 100)
        run.change(after: 20)
        #expect(run.begin() == 130)
        run.end()
        #expect(run.next == 1_030)
    }

    @Test func `However often policies change, passes begin a minute apart`() {
        var run = Run()
        var begins: [Double] = []
        for _ in 0..<4 {
            begins.append(run.begin() ?? -1)
            run.end(after: 1)
            run.change(after: 1)
        }
        #expect(begins == [0, 60, 120, 180])
    }

    @Test func `A change during a pass makes another pass, which begins after the settling time`() {
        var run = Run()
        _ = run.begin()
        run.change(after: 200)
        run.end(after: 10)
        #expect(run.begin() == 230)
        run.end()
        #expect(run.next == 1_130)
    }

    @Test func `A change does not delay a pass that begins sooner`() {
        var run = Run { $0.interval = .seconds(60) }
        _ = run.begin()
        run.end()
        run.change(after: 50)
        #expect(run.begin() == 60)
        run.end()
        // The pass has seen the change.
        #expect(run.next == 120)
    }

    @Test func `Failed passes wait longer each time, up to five minutes, and a success forgets them`() {
        var run = Run()
        run.random = 0.999_999_999
        var waits: [Double] = []
        for _ in 0..<9 {
            let begin = run.begin() ?? 0
            run.end(failed: true)
            waits.append(((run.next ?? 0) - begin).rounded())
        }
        #expect(waits == [5, 10, 20, 40, 80, 160, 300, 300, 300])
        _ = run.begin()
        run.end()
        #expect(run.schedule.failureCount == 0)
        _ = run.begin()
        run.end(failed: true)
        #expect(abs((run.next ?? 0) - run.elapsed / .seconds(1) - 5) < 0.1)
    }

    @Test func `The wait after a failure is not longer than the interval, and never less than half of its ceiling`() {
        var run = Run { $0.interval = .seconds(60) }
        run.random = 0
        for _ in 0..<12 {
            _ = run.begin()
            run.end(failed: true)
        }
        #expect((run.next ?? 0) - run.elapsed / .seconds(1) == 30)
    }

    @Test func `Policies that are not known yet are waited for by the second, and no failure is counted`() {
        var run = Run()
        for second in 0..<5 {
            #expect(run.begin() == Double(second))
            run.postpone()
        }
        #expect(run.schedule.failureCount == 0)
    }

    @Test func `A pass begins within ten minutes after midnight, whatever the interval is`() {
        var run = Run(unixStart: Run.noon + 11 * 3_600) { $0.interval = .seconds(24 * 3_600) }
        _ = run.begin()
        run.end(after: 5)
        #expect(run.begin() == 3_900.0)
        run.end()
        // Then the interval is shorter than the time to the next midnight and its spread.
        run.random = 0
        #expect(run.next == 90_300.0)
    }

    @Test func `A pass that is in progress at midnight is followed by one of the new day`() {
        var run = Run(unixStart: Run.noon + 12 * 3_600 - 10)
        #expect(run.begin() == 0)
        run.end(after: 60)
        #expect(run.begin() == 310.0)
    }
}

/// Whether a pass was paused.
@Suite struct PassPulseTests {
    @Test func `A pass that does nothing for longer than the limit is over, and stays so`() {
        let clock = TestClock()
        let pulse = PassPulse(limit: .seconds(300), now: { clock.now })
        for _ in 0..<10 {
            clock.advance(by: .seconds(299))
            #expect(pulse.beat())
        }
        clock.advance(by: .seconds(600))
        #expect(!pulse.beat())
        #expect(!pulse.beat())
    }

    @Test func `A pass whose task is cancelled is over`() async {
        let clock = TestClock()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return PassPulse(limit: .seconds(300), now: { clock.now }).beat()
        }
        task.cancel()
        #expect(await !task.value)
    }
}
