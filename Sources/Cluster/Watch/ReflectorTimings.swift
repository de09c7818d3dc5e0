/// How long a ``Reflector`` waits for what.
package struct ReflectorTimings: Sendable {
    /// The most that the first list is delayed, because all replicas start together after a rollout.
    package var startJitter = Duration.milliseconds(250)
    /// The most that a watch is delayed after the one before ended in an orderly way, because a server that stops ends all watches at once.
    package var resumeJitter = Duration.milliseconds(200)
    /// The life, in seconds, for which a watch asks; each watch draws its own, as in client-go.
    package var watchSeconds = 300...600
    /// How long a watch may live beyond that until the client ends it.
    package var watchGrace = Duration.seconds(30)
    /// The longest silence of a watch: bookmarks come about every minute.
    ///
    /// Longer silence means that the connection is dead or that the server delivers nothing, as for 100 s after a restore of etcd.
    package var watchSilence = Duration.seconds(130)
    /// A watch that said nothing for so long before the server ended it may have missed something.
    package var suspiciousSilence = Duration.seconds(60)
    /// A watch that ends sooner is counted as a failure, unless it delivered something.
    package var shortestWatch = Duration.seconds(1)
    /// The longest wait for the first byte of a watch, whose header the server sends at once.
    package var watchAnswer = Duration.seconds(30)
    /// The longest silence of a list; API servers give up after as long.
    package var listSilence = Duration.seconds(60)
    /// The longest time for a page of a list, from the beginning of its answer.
    package var listPage = Duration.seconds(120)
    /// How long a watch has to go on until a deletion counts; see ``HeldDeletions``.
    package var deletionHold = Duration.seconds(2)
    /// More deletions than this may be those of a whole kind, and wait for the last one.
    package var deletionBurst = 5
    /// The longest wait for the last one.
    package var deletionBurstHold = Duration.seconds(60)
    /// The longest wait after the first failure.
    package var backoffBase = Duration.milliseconds(800)
    /// The longest wait after any number of failures; a kind that was missing is found within this time.
    package var backoffLimit = Duration.seconds(30)
    /// How long all has to go well until failures are forgotten; requests are no more frequent than with the longest wait.
    package var backoffReset = Duration.seconds(30)
    /// The longest wait for which a server can ask; API servers ask for at most 32 s.
    package var retryAfterLimit = Duration.seconds(60)
    /// The most that is added to a wait for which the server asked.
    package var retryAfterJitter = Duration.seconds(1)

    /// The times for production.
    package init() {}
}
