import AdmissionPolicy
import Foundation
import KubernetesAPI
import PodScoring

/// Runs a piece of work often enough to be timed, in several rounds, and returns the median in nanoseconds per call.
func medianNanoseconds(rounds: Int = 7, atLeast minimum: Duration = .milliseconds(60), _ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var samples: [Double] = []
    for _ in 0..<rounds {
        var count = 0
        let start = clock.now
        while clock.now - start < minimum {
            for _ in 0..<16 { try work() }
            count += 16
        }
        samples.append((clock.now - start) / .nanoseconds(1) / Double(count))
    }
    return samples.sorted()[rounds / 2]
}

/// Decodes so many times and does nothing else, for tools that count instructions; the sum keeps the work from being left out.
func repeatDecoding(_ bytes: [UInt8], times: Int) throws -> Int {
    var sink = 0
    for _ in 0..<times { sink &+= try AdmissionReview(parsing: bytes.span).request.uid.utf8.count }
    return sink
}

/// Prints a row for each part of the way from a request's bytes to its answer's.
func measure(_ path: String) throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: path)))
    let review = try AdmissionReview(parsing: bytes.span)
    guard let object = review.request.object.object else { return print("\(path): no object") }
    var level = ScorePolicy.Level()
    level.minimumScore = 9
    level.require = ["RunAsNonRoot", "CapDropAll"]
    let policy = ScorePolicy(name: "bench", namespaces: [NamespacePattern("*")], ruleset: .podscoreV1, enforce: level, warn: level)
    let scorer = Scorer(.podscoreV1)
    let subject = ScoringSubject(object, context: .admittedPod)
    let decider = Decider(mode: .enforce)
    let response = decider.decide(review.request, by: policy).response
    var sink = 0
    let rows: [(String, Double)] = [
        ("decode", try medianNanoseconds { sink &+= try AdmissionReview(parsing: bytes.span).request.uid.utf8.count }),
        ("score", medianNanoseconds { sink &+= scorer.score(subject).score }),
        ("decide", medianNanoseconds { sink &+= decider.decide(review.request, by: policy).violations.count }),
        ("encode", medianNanoseconds { sink &+= response.encoded(for: review.version).count }),
    ]
    print("in process: \(URL(filePath: path).lastPathComponent), \(bytes.count) bytes, \(subject.pod.containers.count) containers")
    for (name, nanoseconds) in rows {
        let rate = name == "decode" ? "  \(Int(Double(bytes.count) * 1000 / nanoseconds)) MB/s" : ""
        print("  \(name.padding(toLength: 8, withPad: " ", startingAt: 0)) \(Int(nanoseconds)) ns\(rate)")
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 3, arguments[0] == "--decode", let times = Int(arguments[1]) {
    _ = try repeatDecoding(Array(try Data(contentsOf: URL(filePath: arguments[2]))), times: times)
} else {
    for path in arguments { try measure(path) }
}
