import Glibc

/// A part of the program that takes bytes from outside, and what must hold whatever they are.
///
/// Each target is run by the fuzzer (`make fuzz`) and, over the recordings and the inputs that were found before, by the tests.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// An AdmissionReview as JSON: read, decided, answered.
    case review
    /// The same reader beside Foundation's `JSONDecoder`.
    case oracle
    /// Manifests, YAML or JSON: read and scored.
    case manifests
    /// Policy documents: read and put in force.
    case policy
    /// What clients of the webhook send, behind TLS.
    case http
    /// AdmissionReviews, and recipes for large ones, that take more work than their size.
    case work
    /// What clients send to the TLS port, whether it is TLS or not.
    case tls

    /// What must not be: one line about the property that an input breaks.
    struct Finding: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// The processor time that a target may take: a flat allowance and a rate, both far above what is ordinary in an unoptimized build
    /// under a sanitizer, so that only something that grows faster than its input meets them.
    static let flatMilliseconds = 1_000
    static let microsecondsPerByte = 100

    /// Runs the input through the part.
    ///
    /// - Throws: ``Finding`` when a property does not hold, or when it took too long.
    func check(_ input: [UInt8]) throws {
        let start = Self.processorMilliseconds()
        switch self {
        case .review: try ReviewTarget.check(input)
        case .oracle: try OracleTarget.check(input)
        case .manifests: try ManifestsTarget.check(input)
        case .policy: try PolicyTarget.check(input)
        case .http: try HTTPTarget.check(input)
        case .work: try WorkTarget.check(input)
        case .tls: try TLSTarget.check(input)
        }
        let used = Self.processorMilliseconds() - start
        guard used <= Self.flatMilliseconds + input.count * Self.microsecondsPerByte / 1_000 else {
            throw Finding("\(input.count) bytes took \(used) ms of processor time")
        }
    }

    /// The time for which this thread has had a processor.
    private static func processorMilliseconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}
