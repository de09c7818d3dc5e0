import NIOConcurrencyHelpers

@testable import WebhookServer

/// Answers with the body and the requested rules; the first word of the body selects the result.
struct TestScanner: ManifestService {
    /// Bodies that begin with `wait` wait here.
    let gate = ConditionLock(value: false)

    let rulesetName = "test/v1"

    func basis(rules: [String]) throws(UnusableRules) -> [String] {
        guard !rules.contains("unknown") else { throw UnusableRules("no rule unknown") }
        return rules
    }

    func answer(_ body: Span<UInt8>, by basis: [String], byteLimit: Int) -> ManifestAnswer {
        let text = String(decoding: body.indices.map { body[$0] }, as: UTF8.self)
        let words = text.split(separator: " ").map(String.init)
        var counts = ManifestAnswer.Counts()
        counts.scored = 2
        switch words.first {
        case "unreadable": return .unreadable(["API:1:1: unreadable", "\u{1B}::error::"])
        case "mixed":
            counts.invalid = 1
            return .reports(Array("mixed".utf8), isWellFormed: false, counts)
        case "repeat":
            let bytes = [UInt8](repeating: UInt8(ascii: "r"), count: Int(words[1]) ?? 0)
            return bytes.count > byteLimit ? .tooLarge : .reports(bytes, isWellFormed: true, counts)
        case "wait":
            gate.lock(whenValue: true)
            gate.unlock()
            return .reports(Array("waited".utf8), isWellFormed: true, counts)
        default:
            counts.skipped = 1
            return .reports(Array("\(text)|\(basis.joined(separator: ","))".utf8), isWellFormed: true, counts)
        }
    }

    func page(_ form: PageForm, byteLimit: Int) -> PageAnswer {
        let fields = [form.ruleset, form.minimum, form.standard, form.example, form.manifest.map { String(decoding: $0, as: UTF8.self) }]
        let text = fields.map { $0 ?? "-" }.joined(separator: "|")
        var counts = ManifestAnswer.Counts()
        counts.scored = form.manifest == nil ? 0 : 1
        let completeness: PageAnswer.Completeness = form.ruleset == "invalid" ? .invalidChoice : byteLimit < 10 ? .tooLarge : .complete
        return PageAnswer(Array(text.utf8), contentPolicy: "default-src 'none'", completeness, counts: counts)
    }

    /// Lets waiting bodies continue.
    func openGate() {
        gate.lock()
        gate.unlock(withValue: true)
    }

    /// A configuration for tests with limits that are not reached by accident, since many tests run at once.
    static func configuration() -> ScanServer.Configuration {
        var configuration = ScanServer.Configuration()
        configuration.port = 0
        configuration.eventLoopCount = 2
        configuration.version = "1.2.3"
        configuration.drain.deadline = .milliseconds(500)
        configuration.limits.firstHeaderTimeout = .seconds(600)
        configuration.limits.headerTimeout = .seconds(600)
        configuration.limits.bodyTimeout = .seconds(600)
        configuration.limits.idleTimeout = .seconds(600)
        configuration.limits.lingerTimeout = .milliseconds(500)
        return configuration
    }

    /// Runs a server without TLS while the closure runs.
    static func run<Result>(
        _ change: (inout ScanServer.Configuration) -> Void = { _ in },
        scanner: TestScanner = TestScanner(),
        messages: LineLog? = nil,
        _ body: (ScanServer) async throws -> Result
    ) async throws -> Result {
        var configuration = configuration()
        change(&configuration)
        let server = try await ScanServer.start(
            configuration,
            service: scanner,
            certificate: nil,
            messages: messages,
            logger: RecordingLog().logger
        )
        do {
            let result = try await body(server)
            scanner.openGate()
            await server.drain()
            return result
        } catch {
            scanner.openGate()
            await server.drain()
            throw error
        }
    }

    /// A request as curl sends it.
    static func request(_ methodAndTarget: String, _ body: String = "", fields: String = "") -> String {
        let type = "Content-Type: application/x-www-form-urlencoded\r\n"
        return "\(methodAndTarget) HTTP/1.1\r\nHost: localhost\r\n\(fields.contains("Content-Type") ? "" : type)\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
