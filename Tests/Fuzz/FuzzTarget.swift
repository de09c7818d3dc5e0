import Glibc

/// A part of the program that reads bytes from outside, with the properties that must hold for any input.
///
/// The fuzzer runs each target (`make fuzz`), and the tests run it with the recordings and with earlier findings.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// An AdmissionReview as JSON: read, decided, answered.
    case review
    /// The same reader beside Foundation's `JSONDecoder`.
    case oracle
    /// Manifests, YAML or JSON: read and scored.
    case manifests
    /// Manifests written as a page for a browser.
    case page
    /// A posted form of the page: read, scored, fixed, and written as a page.
    case form
    /// Policy documents: read and used for a decision.
    case policy
    /// An AdmissionReview of a policy, a waiver or a Namespace as JSON: read and answered.
    case change
    /// The bytes that clients of the webhook send, without TLS.
    case http
    /// AdmissionReviews, and recipes for large ones, that need more work than their size suggests.
    case work
    /// The bytes that clients send to the TLS port, valid TLS or not.
    case tls

    /// One line about the property that an input violates.
    struct Finding: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// The processor time that a target may take: a constant and a rate, both far above the usual times in an unoptimized build under a
    /// sanitizer, so that only work that grows faster than the input exceeds them.
    static let flatMilliseconds = 1_000
    static let microsecondsPerByte = 100

    /// Runs the target with an input.
    ///
    /// - Throws: ``Finding`` if a property does not hold, or if it took too long.
    func check(_ input: [UInt8]) throws {
        let start = Self.processorMilliseconds()
        switch self {
        case .review: try ReviewTarget.check(input)
        case .oracle: try OracleTarget.check(input)
        case .manifests: try ManifestsTarget.check(input)
        case .page: try PageTarget.check(input)
        case .form: try FormTarget.check(input)
        case .policy: try PolicyTarget.check(input)
        case .change: try ChangeTarget.check(input)
        case .http: try HTTPTarget.check(input)
        case .work: try WorkTarget.check(input)
        case .tls: try TLSTarget.check(input)
        }
        let used = Self.processorMilliseconds() - start
        guard used <= Self.flatMilliseconds + input.count * Self.microsecondsPerByte / 1_000 else {
            throw Finding("\(input.count) bytes took \(used) ms of processor time")
        }
    }

    /// The processor time of this thread.
    private static func processorMilliseconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}
