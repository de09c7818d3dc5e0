import AdmissionPolicy
import Logging
import Metrics
import NIOConcurrencyHelpers
import Platform
import PodScoring
import PolicySources
import TLS

@testable import WebhookServer

/// Answers with the policy in the path and the length of the body; bodies that begin with `w` wait until the gate is open.
struct EchoHandler: ReviewService {
    /// Bodies that begin with `wait` wait here.
    let gate = ConditionLock(value: false)
    let metrics = WebhookMetrics()
    /// The steps that requests have taken, in order.
    let steps = NIOLockedValueBox<[String]>([])

    func basis(pinning policy: String?) -> String? {
        policy == "unknown" ? nil : policy ?? "any"
    }

    func read(_ body: Span<UInt8>, by basis: String) -> AnswerStep {
        if body.count > 0, body[0] == UInt8(ascii: "w") {
            gate.lock(whenValue: true)
            gate.unlock()
        }
        steps.withLockedValue { $0.append("read \(basis)") }
        return .next(PendingEcho(handler: self, policy: basis, byteCount: body.count))
    }

    /// Lets waiting bodies continue.
    func openGate() {
        gate.lock()
        gate.unlock(withValue: true)
    }
}

/// A body that was read and is answered next.
private final class PendingEcho: PendingAnswer {
    private let handler: EchoHandler
    private let policy: String
    private let byteCount: Int

    init(handler: EchoHandler, policy: String, byteCount: Int) {
        self.handler = handler
        self.policy = policy
        self.byteCount = byteCount
    }

    func advance() -> AnswerStep {
        handler.steps.withLockedValue { $0.append("decide \(policy)") }
        return .answer(HTTPAnswer(status: .ok, body: Array("\(policy) \(byteCount)".utf8)))
    }
}

/// Servers for tests: on free ports, without delays.
enum TestServer {
    /// A configuration for tests with limits that are not reached by accident.
    static func configuration(_ change: (inout WebhookServer.Configuration) -> Void = { _ in }) -> WebhookServer.Configuration {
        var configuration = WebhookServer.Configuration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configuration.operationsPort = 0
        configuration.eventLoopCount = 2
        configuration.drain.propagationDelay = .zero
        configuration.drain.deadline = .milliseconds(500)
        configuration.limits.firstHeaderTimeout = .seconds(600)
        configuration.limits.headerTimeout = .seconds(600)
        configuration.limits.bodyTimeout = .seconds(600)
        configuration.limits.idleTimeout = .seconds(600)
        configuration.limits.lingerTimeout = .milliseconds(500)
        change(&configuration)
        return configuration
    }

    /// Only the built-in default policy.
    static func inForce() -> PoliciesInForce { PoliciesInForce(policies([])) }

    /// Policies with names that require nothing.
    static func policies(_ names: [String], naming namespaces: [(policy: String, namespace: String)] = []) -> PolicySet {
        let ruleset = Ruleset(name: "test/v1", isReleased: true, zeroFails: false, entries: [])
        return PolicySet(
            policies: names.map { ScorePolicy(name: $0, namespaces: [], ruleset: ruleset) }
                + namespaces.map { ScorePolicy(name: $0.policy, namespaces: [NamePattern($0.namespace)], ruleset: ruleset) },
            builtInDefault: ScorePolicy(name: "default", namespaces: [], ruleset: ruleset),
            ownNamespace: ""
        )
    }

    /// Runs a server without TLS while the closure runs.
    static func run<Result>(
        _ configuration: WebhookServer.Configuration = configuration(),
        handler: EchoHandler = EchoHandler(),
        _ body: (WebhookServer) async throws -> Result
    ) async throws -> Result {
        let server = try await WebhookServer.start(configuration, handler: handler, metrics: handler.metrics)
        do {
            let result = try await body(server)
            handler.openGate()
            await server.drain()
            return result
        } catch {
            handler.openGate()
            await server.drain()
            throw error
        }
    }

    /// A request with a JSON body.
    static func post(_ path: String = "/validate", _ body: String = "{}", fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

extension WebhookServer {
    /// Serves what another handler decides.
    static func start(
        _ configuration: Configuration,
        handler: some ReviewService,
        policies: PoliciesInForce = TestServer.inForce(),
        certificate: CertificateInForce? = nil,
        metrics: WebhookMetrics,
        logger: Logger = RecordingLog().logger,
        wallClock: @escaping @Sendable () -> UnixTime = { .now }
    ) async throws(ListenError) -> WebhookServer {
        let responder = AnyResponder(WebhookResponder(service: handler))
        return try await start(
            configuration,
            responder: responder,
            policies: policies,
            certificate: certificate,
            metrics: metrics,
            log: nil,
            logger: logger,
            wallClock: wallClock
        )
    }
}

extension PoliciesInForce {
    /// Policies that come from no file.
    convenience init(_ policies: PolicySet, mode: EnforcementMode = .enforce, readsLabels: Bool = false) {
        self.init(LoadedPolicies(policies), mode: mode, since: UnixTime(seconds: 0), readsLabels: readsLabels)
    }
}

extension LoadedPolicies {
    /// Policies that come from no file.
    init(_ policies: PolicySet) {
        self.init(policies: policies, files: [], sha256: "", warnings: [])
    }
}

extension CertificateInForce {
    /// A certificate that comes from no file.
    convenience init(_ tls: TLSContext, sha256: String = "") {
        self.init(LoadedCertificate(tls: tls, sha256: sha256), since: UnixTime(seconds: 0))
    }
}
