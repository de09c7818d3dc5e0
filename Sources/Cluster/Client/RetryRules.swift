/// Says what to do after a failed attempt: a value without a clock, so that each rule can be tested.
struct RetryRules {
    /// The most attempts that `Retry-After` asks for, as in client-go.
    static let attemptLimit = 10
    /// The longest wait that is obeyed; a server that asks for more is not waited for here.
    static let waitLimit = Duration.seconds(60)
    /// The most that is added to a wait, so that clients that were turned away together don't return together.
    static let jitter = Duration.seconds(1)

    /// The next step after a failure.
    enum Decision: Equatable {
        /// Report the failure.
        case giveUp
        /// Try again at once with other credentials, if there are any.
        case refreshCredentials
        /// Try again at once on a new connection.
        case reconnect
        /// Try again after a wait.
        case wait(Duration)
    }

    private var hasRefreshed = false
    private var hasReconnected = false
    private var waitCount = 0

    /// Starts before the first attempt.
    init() {}

    /// Decides after a failure.
    ///
    /// - Parameters:
    ///   - cause: the failure.
    ///   - request: what was asked for.
    ///   - isReused: whether the connection had served another request before, so that the server may have closed it meanwhile.
    ///   - random: a number from 0 up to 1.
    /// - Returns: what to do now.
    mutating func decision(after cause: APIError.Cause, of request: APIRequest, isReused: Bool, random: Double) -> Decision {
        switch cause {
        case .status(let status) where status.code == 401 && !hasRefreshed:
            hasRefreshed = true
            return .refreshCredentials
        case .status(let status) where status.code == 429 || status.code >= 500:
            guard request.obeysRetryAfter, let seconds = status.retryAfterSeconds, .seconds(seconds) <= Self.waitLimit,
                waitCount + 1 < Self.attemptLimit
            else { return .giveUp }
            waitCount += 1
            return .wait(.seconds(seconds) + Self.jitter * random)
        case .closedBeforeAnswer where isReused && request.isIdempotent && !hasReconnected:
            hasReconnected = true
            return .reconnect
        default: return .giveUp
        }
    }
}
