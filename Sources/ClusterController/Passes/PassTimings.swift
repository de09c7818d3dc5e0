/// How long the controller waits for what.
package struct PassTimings: Sendable {
    /// The time from the end of a pass to the beginning of the next one, before it is varied.
    package var interval = Duration.seconds(15 * 60)
    /// The largest part by which an interval is longer or shorter, so that several clusters do not audit together for ever.
    package var intervalJitter = 0.1
    /// How long a pass waits after policies have changed, since changes come in groups.
    package var settling = Duration.seconds(30)
    /// The time from the beginning of a pass to the beginning of the next one, however often policies change.
    package var shortestCycle = Duration.seconds(60)
    /// The wait after the first failed pass, before it is varied; it doubles with each further one.
    package var backoffBase = Duration.seconds(5)
    /// The longest wait after any number of failed passes.
    package var backoffLimit = Duration.seconds(5 * 60)
    /// The time after midnight in UTC within which a pass begins, since ramps and waivers change then without an event.
    package var midnightSpread = Duration.seconds(10 * 60)
    /// How long a pass waits for policies that are not known yet.
    package var readinessWait = Duration.seconds(1)
    /// How long a write of status waits after policies have changed.
    package var statusGathering = Duration.seconds(2)
    /// The longest time in which a pass does nothing; see ``PassPulse``.
    package var pauseLimit = Duration.seconds(5 * 60)

    /// The times for production.
    package init() {}
}
