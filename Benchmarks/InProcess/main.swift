import Foundation
import KubernetesAPI

let arguments = CommandLine.arguments.dropFirst()
let iterations = Int(arguments.first ?? "") ?? 1000
for path in arguments.dropFirst() {
    let bytes = Array(try Data(contentsOf: URL(filePath: path)))
    var sink = 0
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<iterations { sink &+= try AdmissionReview(parsing: bytes.span).request.uid.utf8.count }
    let elapsed = (clock.now - start) / max(1, iterations)
    print(path, bytes.count, elapsed, sink & 1)
}
