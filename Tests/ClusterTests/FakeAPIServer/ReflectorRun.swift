import Cluster
import TestSupport

/// A reflector beside a fake API server, with a clock that the test moves.
///
/// A class because the server's events come in over a stream that one reader owns.
final class ReflectorRun {
    /// An event of one of the connections, or a silence of the server.
    private enum Event: Sendable {
        case arrival(FakeExchange.Arrival, exchange: Int)
        case silence(FakeAPIServer.Silence)
    }

    /// The request that is in progress.
    private struct Current {
        let request: ReflectorRequest
        let exchange: FakeExchange
        var code = 0
        var retryAfter: String?
        var body: [UInt8] = []
        var splitter = LineSplitter()
        var byteCount = 0
        var silence: FakeAPIServer.Silence?
        /// When the silence ends; `nil` until all bytes before it have arrived.
        var silentUntil: ContinuousClock.Instant?
        var isWatch: Bool { request.verb == "watch" }
    }

    private(set) var reflector: Reflector<Int64>
    private let server: FakeAPIServer
    private var events: AsyncStream<Event>.Iterator
    private let report: AsyncStream<Event>.Continuation
    private let start: ContinuousClock.Instant
    private var now: ContinuousClock.Instant
    private var current: Current?

    /// What changed, in order.
    private(set) var changes: [ObjectChange<Int64>] = []
    /// What was noted, in order.
    private(set) var notes: [ReflectorNote] = []
    /// When each request was sent, since the start.
    private(set) var requestTimes: [Duration] = []
    /// The requests, shortened: `list`, `list TOKEN` or `watch VERSION`.
    private(set) var requests: [String] = []
    /// While this is so, nobody listens.
    var isServerDown = false

    /// Starts a server, and a reflector that waits for its first list.
    init(_ answers: ScriptedAnswer..., seed: UInt64 = 1) async throws {
        let (stream, report) = AsyncStream.makeStream(of: Event.self)
        (events, self.report) = (stream.makeAsyncIterator(), report)
        server = try await FakeAPIServer(answers) { report.yield(.silence($0)) }
        start = ContinuousClock.now
        now = start
        reflector = Reflector(at: start, random: SeededNumbers(seed: seed), decode: TestContent.decode)
    }

    /// The names and numbers of the kept objects, sorted.
    var kept: [String] { reflector.store.objects.map { "\($0.key)=\($0.value.value)" }.sorted() }

    /// The waits after failures, in order.
    var waits: [Duration] {
        notes.compactMap { if case .failed(_, _, let wait) = $0 { wait } else { nil } }
    }

    /// Adds answers to the script.
    func answer(_ answers: ScriptedAnswer...) {
        server.append(answers)
    }

    /// Lets the test's clock run for a time.
    func advance(by duration: Duration) async throws {
        let end = now + duration
        while true {
            if current == nil {
                guard reflector.deadline <= end else { break }
                now = max(now, reflector.deadline)
                try await perform(reflector.expire(at: now))
            } else if let until = silenceEnd() {
                let next = min(until, reflector.deadline)
                guard next <= end else { break }
                now = max(now, next)
                if next == until { endSilence() } else { try await perform(reflector.expire(at: now)) }
            } else {
                try await takeEvent()
            }
        }
        now = end
    }

    /// Stops the server.
    func stop() async throws {
        current?.exchange.close()
        try await server.stop()
    }

    /// When the silence of the server ends; `nil` unless it is silent and all that it had sent has arrived.
    private func silenceEnd() -> ContinuousClock.Instant? {
        guard let silence = current?.silence, let count = current?.byteCount, count >= silence.byteCount else { return nil }
        if current?.silentUntil == nil { current?.silentUntil = now + silence.duration }
        return current?.silentUntil
    }

    private func endSilence() {
        let silence = current?.silence
        current?.silence = nil
        current?.silentUntil = nil
        silence?.resume()
    }

    private func takeEvent() async throws {
        guard let event = await events.next(isolation: #isolation) else { return }
        switch event {
        case .silence(let silence): if silence.exchange == current?.request.exchange { current?.silence = silence }
        case .arrival(let arrival, let exchange): if exchange == current?.request.exchange { try await take(arrival) }
        }
    }

    private func take(_ arrival: FakeExchange.Arrival) async throws {
        guard let open = current else { return }
        let isSuccess = open.code == 200
        switch arrival {
        case .received(let count): current?.byteCount += count
        case .head(let code, let retryAfter):
            current?.code = code
            current?.retryAfter = retryAfter
            if open.isWatch, code == 200 { try await feed(.began, to: open) }
        case .body(let bytes) where isSuccess && open.isWatch:
            for line in current?.splitter.lines(in: bytes) ?? [] { try await feed(.line(line), to: open) }
        case .body(let bytes): current?.body += bytes
        case .end:
            current = nil
            if !isSuccess {
                let refusal = StatusAnswer(code: open.code, retryAfter: open.retryAfter, body: open.body)
                try await feed(.failed(.refused(refusal)), to: open)
            } else if open.isWatch {
                try await feed(.ended, to: open)
            } else {
                try await feedPage(open)
            }
        case .closed, .notHTTP:
            current = nil
            if case .notHTTP = arrival {
                try await feed(.failed(.unreadable(reason: "not HTTP")), to: open)
            } else {
                try await feed(.failed(.cutOff), to: open)
            }
        }
    }

    private func feedPage(_ open: Current) async throws {
        guard let page = try? TestPage(reading: open.body) else { return try await feed(.failed(.unreadable(reason: "no list")), to: open) }
        for object in page.objects { try await feed(.object(object), to: open) }
        try await feed(.page(resourceVersion: page.facts.resourceVersion, continueToken: page.facts.continueToken), to: open)
    }

    private func feed(_ input: ReflectorInput, to open: Current) async throws {
        try await perform(reflector.handle(input, of: open.request.exchange, at: now))
    }

    private func perform(_ output: Reflector<Int64>.Output) async throws {
        if let closed = output.closed, closed == current?.request.exchange {
            current?.exchange.close()
            current = nil
        }
        changes += output.changes
        notes += output.notes
        guard let request = output.request else { return }
        requestTimes.append(now - start)
        switch request.kind {
        case .list(let token): requests.append(token.map { "list \($0)" } ?? "list")
        case .watch(let version, _): requests.append("watch \(version)")
        }
        if isServerDown {
            let failure = ReflectorInput.failed(.unreachable(reason: "connection refused"))
            return try await perform(reflector.handle(failure, of: request.exchange, at: now))
        }
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let (report, number) = (report, request.exchange)
        let exchange = try await FakeExchange("/apis/podscore.dev/v1alpha1/scorepolicies?\(query)", number: number, port: server.port) {
            report.yield(.arrival($0, exchange: number))
        }
        current = Current(request: request, exchange: exchange)
    }
}
