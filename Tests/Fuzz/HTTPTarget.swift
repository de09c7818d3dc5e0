import AdmissionPolicy
import Metrics
import NIOCore
import NIOEmbedded
import NIOPosix
import Platform
import PodScoring
import PolicySources

@testable import WebhookServer

/// Sends bytes of a client through the pipeline of the webhook's connections, without TLS.
///
/// The first byte of the input is the length of the segments in which the rest arrives, the second says what happens at the end.
enum HTTPTarget {
    /// The objects that are shared by all connections.
    private struct Server {
        let handler: PolicyReviewService
        let pool = NIOThreadPool(numberOfThreads: 1)

        init() throws {
            pool.start()
            let policies = PolicySet(policies: [ReviewTarget.policy], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
            let loaded = LoadedPolicies(policies: policies, files: [], sha256: "", warnings: [])
            handler = PolicyReviewService(
                policies: PoliciesInForce(loaded, mode: .enforce, since: UnixTime(seconds: 0)),
                metrics: WebhookMetrics(),
                log: LineLog(to: try FileDescriptorWriter(appendingTo: "/dev/null")),
                wallClock: { UnixTime(seconds: 1_700_000_000) }
            )
        }
    }

    private static let server = Result { try Server() }

    /// Answers are complete and do not depend on how the bytes arrive, and a closed connection holds no resources.
    static func check(_ input: [UInt8]) throws {
        guard input.count > 2 else { return }
        let server = try server.get()
        let bytes = Array(input.dropFirst(2))
        let ending = Ending(rawValue: input[1] % 3) ?? .vanishes
        // Not shared, since tests run in parallel.
        let shared = SharedResources(limits: HTTPLimits(), pool: server.pool)
        let whole = try answers(to: [bytes], ending: ending, server.handler, shared)
        let length = Int(input[0]) + 1
        let segments = stride(from: 0, to: bytes.count, by: length).map { Array(bytes[$0..<min($0 + length, bytes.count)]) }
        let cut = try answers(to: segments, ending: ending, server.handler, shared)
        guard whole == cut else {
            throw FuzzTarget.Finding("in one piece: \(whole.debugDescription), in pieces of \(length) bytes: \(cut.debugDescription)")
        }
        guard shared.load.inFlight == 0, shared.load.bufferedBytes == 0 else {
            throw FuzzTarget.Finding("\(shared.load.inFlight) requests, \(shared.load.bufferedBytes) bytes left behind")
        }
    }

    /// The client's action after its last byte.
    private enum Ending: UInt8 {
        case vanishes
        case closesItsHalf
        case staysSilent
    }

    /// Sends the segments one after the other and collects the answers.
    private static func answers(to segments: [[UInt8]], ending: Ending, _ handler: PolicyReviewService, _ shared: SharedResources) throws
        -> String
    {
        let registry = ConnectionRegistry()
        let pipeline = ConnectionPipeline(
            responder: AnyResponder(WebhookResponder(service: handler)),
            shared: shared,
            connections: registry,
            tls: nil
        )
        let channel = EmbeddedChannel()
        try pipeline.configure(channel)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        var received: [UInt8] = []
        for segment in segments where channel.isActive {
            channel.pipeline.fireChannelRead(ByteBuffer(bytes: segment))
            channel.pipeline.fireChannelReadComplete()
            try drain(channel, into: &received)
        }
        if channel.isActive {
            switch ending {
            case .vanishes: break
            case .closesItsHalf: channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            case .staysSilent: channel.embeddedEventLoop.advanceTime(by: .seconds(300))
            }
        }
        try drain(channel, into: &received)
        let isOpen = channel.isActive
        if ending == .staysSilent, isOpen { throw FuzzTarget.Finding("a silent client is still connected after 300 s") }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        guard registry.count == 0 else { throw FuzzTarget.Finding("a connection that is gone is still kept") }
        try checkAnswers(received)
        return String(decoding: received, as: UTF8.self)
    }

    private static func drain(_ channel: EmbeddedChannel, into received: inout [UInt8]) throws {
        channel.embeddedEventLoop.run()
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { received += buffer.readableBytesView }
    }

    /// Reads answers one after the other, to the last byte.
    private static func checkAnswers(_ received: [UInt8]) throws {
        var rest = received[...]
        while !rest.isEmpty {
            guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { throw FuzzTarget.Finding("half an answer's header") }
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n").map(String.init)
            rest = rest[end.upperBound...]
            let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            if status == 100 { continue }
            guard HTTPAnswer.Status(rawValue: status) != nil, status != 500 else { throw FuzzTarget.Finding("the status line \(lines[0])") }
            guard let field = lines.first(where: { $0.hasPrefix("Content-Length: ") }), let length = Int(field.dropFirst(16)) else {
                throw FuzzTarget.Finding("an answer without a length")
            }
            // The answer to HEAD has the length, and no body.
            if rest.starts(with: Array("HTTP/1.1 ".utf8)) || rest.isEmpty { continue }
            guard rest.count >= length else { throw FuzzTarget.Finding("half an answer's body") }
            rest = rest.dropFirst(length)
        }
    }
}
