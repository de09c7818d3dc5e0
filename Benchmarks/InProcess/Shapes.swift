import AdmissionPolicy
import Glibc
import KubernetesAPI
import Shapes

/// Reads a review.
///
/// callgrind counts the instructions of this function by its name.
@inline(never)
@_silgen_name("podscore_bench_shape_decode")
func decodeShape(_ body: [UInt8]) throws -> AdmissionReview {
    try AdmissionReview(parsing: body.span)
}

/// Decides a review and writes the answer.
///
/// callgrind counts the instructions of this function by its name.
@inline(never)
@_silgen_name("podscore_bench_shape_decide")
func decideShape(_ review: AdmissionReview, by policy: ShapePolicy) -> Int {
    policy.decide(review.request).response.encoded(for: review.version).count
}

/// The CPU time of this thread.
private func processorNanoseconds() -> Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// The lowest CPU time, in nanoseconds, of a few tries for reading a shape of a size and for deciding it.
private func timed(_ shape: ReviewShape, byteCount: Int, tries: Int) throws -> (decode: Int, decide: Int) {
    let body = shape.body(byteCount: byteCount)
    var best = (decode: Int.max, decide: Int.max)
    for _ in 0..<tries {
        let start = processorNanoseconds()
        let review = try decodeShape(body)
        let middle = processorNanoseconds()
        // Freeing what was read is no part of deciding.
        let end = withExtendedLifetime(review) {
            _ = decideShape(review, by: shape.policy)
            return processorNanoseconds()
        }
        best = (min(best.decode, middle - start), min(best.decide, end - middle))
    }
    return best
}

/// Runs one of the commands about shapes.
///
/// - `--shapes-list singles|pairs` prints their names.
/// - `--shapes-time TRIES SIZE...`, with names on standard input, prints for each name the nanoseconds of reading and deciding at each size.
/// - `--shapes-run SIZE,... NAME...` reads and decides each once, for callgrind.
/// - `--shapes-write SIZE NAME` prints the review.
func runShapes(_ option: String, _ arguments: [String]) throws {
    switch option {
    case "--shapes-list":
        for shape in arguments == ["singles"] ? ReviewShape.singles : ReviewShape.pairs { print(shape) }
    case "--shapes-time":
        let numbers = arguments.compactMap { Int($0) }
        while let name = readLine() {
            guard let shape = ReviewShape(parsing: name), let tries = numbers.first else { continue }
            let times = try numbers.dropFirst().map { try timed(shape, byteCount: $0, tries: tries) }
            print(([name] + times.flatMap { [String($0.decode), String($0.decide)] }).joined(separator: " "))
        }
    case "--shapes-run":
        let sizes = arguments.first?.split(separator: ",").compactMap { Int($0) } ?? []
        for shape in arguments.dropFirst().compactMap({ ReviewShape(parsing: $0) }) {
            for size in sizes {
                let review = try decodeShape(shape.body(byteCount: size))
                _ = decideShape(review, by: shape.policy)
            }
        }
    case "--shapes-write":
        guard arguments.count == 2, let size = Int(arguments[0]), let shape = ReviewShape(parsing: arguments[1]) else { return }
        let body = shape.body(byteCount: size)
        print(String(decoding: body, as: UTF8.self))
    default:
        print("no such option: \(option)")
    }
}
