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

/// The parts between a request's bytes and its answer's bytes.
enum Part: String, CaseIterable {
    case decode
    case score
    /// Judging by `restricted` alone.
    case standard
    case decide
    case encode
}

/// Everything that the parts need, made from one review.
struct Workload {
    /// A container that meets every rule, as JSON.
    private static let hardened = """
        {"name":"NAME","image":"registry.example.com/app@sha256:\(String(repeating: "0", count: 64))",
        "securityContext":{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"runAsNonRoot":true,"runAsUser":20000,
        "runAsGroup":20000,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"},
        "appArmorProfile":{"type":"RuntimeDefault"}},
        "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"cpu":"1","memory":"128Mi"}}}
        """

    let bytes: [UInt8]
    let review: AdmissionReview
    let subject: ScoringSubject
    let policy: ScorePolicy
    let response: AdmissionResponse
    let scorer = Scorer(.podscoreV1)
    let standard = PodSecurityStandard(.restricted, .latest)
    let decider = Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_818))

    /// The body of a review that creates a Pod with that many hardened containers.
    private static func body(containers count: Int) -> [UInt8] {
        let containers = (0..<count).map { hardened.replacing("NAME", with: "c\($0)") }.joined(separator: ",")
        let spec = #"{"serviceAccountName":"app","automountServiceAccountToken":false,"hostUsers":false,"containers":[\#(containers)]}"#
        return Array(
            (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},"#
                + #""operation":"CREATE","namespace":"bench","object":{"kind":"Pod","metadata":{"name":"p"},"spec":\#(spec)}}}"#).utf8
        )
    }

    /// Reads a recorded review from a path, or makes one for `containers:N`; `nil` if it has no object.
    init?(_ source: String) throws {
        if source.hasPrefix("containers:"), let count = Int(source.dropFirst("containers:".count)) {
            bytes = Self.body(containers: count)
        } else {
            bytes = Array(try Data(contentsOf: URL(filePath: source)))
        }
        let body = bytes
        review = try AdmissionReview(parsing: body.span)
        guard let object = review.request.object.object else { return nil }
        subject = ScoringSubject(object, context: .admittedPod)
        var level = ScorePolicy.Level()
        level.minimumScore = 9
        level.require = ["RunAsNonRoot", "CapDropAll"]
        policy = ScorePolicy(name: "bench", namespaces: [NamePattern("*")], ruleset: .podscoreV1, enforce: level, warn: level)
        response = decider.decide(review.request, by: policy).response
    }

    /// Runs one part once.
    ///
    /// The caller uses the result, so the optimizer cannot remove the work.
    func run(_ part: Part) throws -> Int {
        switch part {
        case .decode: try AdmissionReview(parsing: bytes.span).request.uid.utf8.count
        case .score: scorer.score(subject).score
        case .standard: standard.evaluate(subject).count
        case .decide: decider.decide(review.request, by: policy).violations.count
        case .encode: response.encoded(for: review.version).count
        }
    }
}

/// Prints a row for each part.
func measure(_ path: String) throws {
    guard let workload = try Workload(path) else { return print("\(path): no object") }
    var sink = 0
    print(
        "in process: \(URL(filePath: path).lastPathComponent), \(workload.bytes.count) bytes, \(workload.subject.pod.containers.count) containers"
    )
    for part in Part.allCases {
        let nanoseconds = try medianNanoseconds { sink &+= try workload.run(part) }
        let rate = part == .decode ? "  \(Int(Double(workload.bytes.count) * 1000 / nanoseconds)) MB/s" : ""
        print("  \(part.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)) \(Int(nanoseconds)) ns\(rate)")
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 4, arguments[0] == "--repeat", let part = Part(rawValue: arguments[1]), let times = Int(arguments[2]) {
    // For tools that count instructions.
    var sink = 0
    if let workload = try Workload(arguments[3]) {
        for _ in 0..<times { sink &+= try workload.run(part) }
    }
} else if let first = arguments.first, first.hasPrefix("--shapes") {
    try runShapes(first, Array(arguments.dropFirst()))
} else {
    for path in arguments { try measure(path) }
}
