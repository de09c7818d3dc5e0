import AdmissionPolicy
import Glibc
import KubernetesAPI
import Shapes

/// Looks for reviews that need far more work than their size suggests: an AdmissionReview as JSON, or a recipe for a large one.
///
/// The work is the processor time of this thread, compared with that of reading the same bytes. libFuzzer counts no instructions, and virtual
/// machines often have no counters for them. Reading is known to be linear, so its time shows how fast the machine and the build are at the
/// moment. A limit is exceeded only if the fastest of several tries exceeds it.
enum WorkTarget {
    /// How many times longer than reading it deciding a review may take; at 64 KiB, faults found earlier took 70 to 800 times as long.
    private static let ratioLimit = 60
    /// The time that deciding may always take, in nanoseconds: far above a 4 KB review in an unoptimized build under a sanitizer.
    private static let floor = 20_000_000
    /// The size of a review that is made by a recipe.
    private static let byteCount = 64 << 10
    /// The number of tries; the fastest counts.
    private static let tries = 5

    /// A recipe is a byte for the request, one for the policy and one for each field that fills the review, up to four.
    ///
    /// - Throws: A finding if deciding takes too long for the size.
    static func check(_ input: [UInt8]) throws {
        guard let first = input.first, first != UInt8(ascii: "{") else { return try check(input, by: .strict) }
        let shape = ReviewShape(
            pick(first),
            input.dropFirst(2).prefix(4).map { pick($0) },
            by: pick(input.count > 1 ? input[1] : 0)
        )
        try check(shape.body(byteCount: byteCount), by: shape.policy)
    }

    private static func pick<Value: CaseIterable>(_ byte: UInt8) -> Value where Value.AllCases == [Value] {
        Value.allCases[Int(byte) % Value.allCases.count]
    }

    private static func check(_ body: [UInt8], by policy: ShapePolicy) throws {
        var best = (reading: Int.max, deciding: Int.max)
        for _ in 0..<tries {
            let start = processorNanoseconds()
            guard let review = try? AdmissionReview(parsing: body.span) else { return }
            let middle = processorNanoseconds()
            _ = policy.decide(review.request).response.encoded(for: review.version)
            best = (min(best.reading, middle - start), min(best.deciding, processorNanoseconds() - middle))
            if best.deciding <= floor + ratioLimit * best.reading { return }
        }
        throw FuzzTarget.Finding("\(body.count) bytes were read in \(best.reading / 1_000) us and decided in \(best.deciding / 1_000) us")
    }

    private static func processorNanoseconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
