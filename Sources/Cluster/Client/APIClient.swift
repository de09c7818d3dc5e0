import KubernetesAPI
package import NIOCore
import NIOHTTP1

/// A client of one API server.
///
/// Its calls read files and decode answers on the thread that makes them, so they are made on a ``DedicatedThread`` and not on an event
/// loop.
package struct APIClient: Sendable {
    /// The address of the server.
    package let server: ServerAddress
    /// The Namespace of requests that name none.
    package let namespace: String

    private let userAgent: String
    private let access: AccessSource
    private let connector: APIConnector
    private let pool = ConnectionPool()
    /// The turn for pages of lists.
    let listTurn = ListTurn()
    /// The services of the process.
    let environment: ClientEnvironment

    /// Makes a client that has no connection yet.
    ///
    /// - Parameters:
    ///   - configuration: how the cluster is reached.
    ///   - userAgent: the name of the program, such as `podscore/1.2 (linux/amd64)`; the part before `/` names the owner of applied fields.
    ///   - eventLoop: carries the connections.
    ///   - timeouts: how long each phase may take.
    ///   - environment: what is taken from the process.
    package init(
        _ configuration: ClusterConfiguration,
        userAgent: String,
        on eventLoop: any EventLoop,
        timeouts: ClientTimeouts = ClientTimeouts(),
        environment: ClientEnvironment = ClientEnvironment()
    ) {
        server = configuration.server
        namespace = configuration.namespace
        self.userAgent = userAgent
        access = AccessSource(configuration, environment: environment)
        connector = APIConnector(
            server: configuration.server,
            serverName: configuration.serverName,
            timeouts: timeouts,
            eventLoop: eventLoop
        )
        self.environment = environment
    }

    /// Closes waiting connections; requests in progress end by themselves.
    package func close() {
        pool.close()
    }

    /// Sends a request, and reads the body of a successful answer with a closure.
    ///
    /// Waits and tries again where ``RetryRules`` say so, but never after the closure was called: a connection whose answer it did not read
    /// to the end is closed. A page of a list waits until no other one is on its way; the closure must not ask for one.
    package func send<Value>(
        _ request: APIRequest,
        reading read: (AnswerBody) async throws(APIError.Cause) -> Value
    ) async throws(APIError) -> Value {
        guard request.verb == .list else { return try await sendAtOnce(request, read) }
        guard await listTurn.take() else { throw failure(.cancelled, request) }
        defer { listTurn.giveBack() }
        return try await sendAtOnce(request, read)
    }

    private func sendAtOnce<Value>(
        _ request: APIRequest,
        _ read: (AnswerBody) async throws(APIError.Cause) -> Value
    ) async throws(APIError) -> Value {
        var rules = RetryRules()
        while true {
            let attempt = Attempt(start: environment.now())
            do throws(APIError.Cause) {
                return try await perform(request, attempt, read)
            } catch {
                guard !attempt.isDelivered else { throw failure(error, request) }
                let decision = rules.decision(after: error, of: request, isReused: attempt.isReused, random: environment.random())
                guard try await prepare(decision, attempt, request) else { throw failure(error, request) }
            }
        }
    }

    /// Sends a request, and returns the body of a successful answer.
    package func body(of request: APIRequest, byteLimit: Int = ReceivedText.byteLimit) async throws(APIError) -> [UInt8] {
        try await send(request) { (body) async throws(APIError.Cause) in try await body.collect(byteLimit: byteLimit) }
    }

    /// Does what has to be done before another attempt; `false` if there is none.
    private func prepare(
        _ decision: RetryRules.Decision,
        _ attempt: Attempt,
        _ request: APIRequest
    ) async throws(APIError) -> Bool {
        switch decision {
        case .giveUp: return false
        case .refreshCredentials: return access.reject(requestBegunAt: attempt.start)
        case .reconnect:
            pool.closeWaiting()
            return true
        case .wait(let duration):
            do {
                try await environment.sleep(duration)
            } catch {
                throw failure(.cancelled, request)
            }
            return true
        }
    }

    private func perform<Value>(
        _ request: APIRequest,
        _ attempt: Attempt,
        _ read: (AnswerBody) async throws(APIError.Cause) -> Value
    ) async throws(APIError.Cause) -> Value {
        let access = try currentAccess(at: attempt.start)
        let connection = try await connection(for: access)
        attempt.isReused = connection.isReused
        let head = try await connection.send(
            requestHead(of: request, token: access.token),
            body: request.body?.bytes,
            timeout: request.answerTimeout
        )
        let body = AnswerBody(connection, silenceTimeout: request.silenceTimeout)
        let result: Result<Value, APIError.Cause>
        do throws(APIError.Cause) {
            guard (200..<300).contains(head.status.code) else { throw .status(await refusal(head, body)) }
            attempt.isDelivered = true
            result = .success(try await read(body))
        } catch {
            result = .failure(error)
        }
        await keep(connection)
        return try result.get()
    }

    private func currentAccess(at start: ContinuousClock.Instant) throws(APIError.Cause) -> AccessSource.Access {
        do throws(CredentialProblem) {
            return try access.access(at: start)
        } catch {
            throw .credentials(error)
        }
    }

    private func connection(for access: AccessSource.Access) async throws(APIError.Cause) -> APIConnection {
        if let waiting = pool.take(generation: access.generation) { return waiting }
        return try await connector.connect(with: access.context, generation: access.generation)
    }

    private func keep(_ connection: APIConnection) async {
        guard await connection.release() else { return }
        var kept = connection
        kept.isReused = true
        pool.put(kept)
    }

    /// Reads the answer of a server that refused, as far as it is needed for the message.
    private func refusal(_ head: HTTPResponseHead, _ body: AnswerBody) async -> StatusAnswer {
        let bytes = await body.beginning(byteLimit: StatusAnswer.bodyByteLimit)
        return StatusAnswer(code: Int(head.status.code), retryAfter: head.headers.first(name: "Retry-After"), body: bytes)
    }

    private func requestHead(of request: APIRequest, token: Secret?) -> HTTPRequestHead {
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: server.authority)
        headers.add(name: "User-Agent", value: userAgent)
        headers.add(name: "Accept", value: request.accept)
        if let token { headers.add(name: "Authorization", value: "Bearer \(token.text)") }
        if let body = request.body {
            headers.add(name: "Content-Type", value: body.type)
            headers.add(name: "Content-Length", value: String(body.bytes.count))
        }
        return HTTPRequestHead(
            version: .http1_1,
            method: request.verb.method,
            uri: request.uri(prefix: server.pathPrefix),
            headers: headers
        )
    }

    /// The failure of a request, for the caller.
    func failure(_ cause: APIError.Cause, _ request: APIRequest) -> APIError {
        APIError(cause, of: request, at: server, environment: environment.unreachableAdvice)
    }
}

/// The facts of one attempt; a class because the attempt adds to them while it runs.
private final class Attempt {
    /// When it began.
    let start: ContinuousClock.Instant
    /// Whether its connection had served another request.
    var isReused = false
    /// Whether the body was given to the caller.
    var isDelivered = false

    init(start: ContinuousClock.Instant) {
        self.start = start
    }
}

/// The body of an answer, in the order in which it arrives.
package struct AnswerBody: Sendable {
    private let connection: APIConnection
    private let silenceTimeout: Duration?

    /// The body of the answer that a connection receives.
    init(_ connection: APIConnection, silenceTimeout: Duration?) {
        self.connection = connection
        self.silenceTimeout = silenceTimeout
    }

    /// Waits for the next bytes; none at the end.
    package func next() async throws(APIError.Cause) -> [ByteBuffer] {
        try await connection.next(timeout: silenceTimeout.map { .failing($0) } ?? .never) ?? []
    }

    /// Waits for the next bytes, for a limited time; none at the end, `nil` if nothing came.
    package func next(within duration: Duration) async throws(APIError.Cause) -> [ByteBuffer]? {
        try await connection.next(timeout: .interrupting(duration))
    }

    /// Reads to the end.
    package func collect(byteLimit: Int) async throws(APIError.Cause) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let parts = try await next()
            if parts.isEmpty { return bytes }
            for part in parts { bytes += part.readableBytesView }
            guard bytes.count <= byteLimit else { throw .bodyTooLarge(byteLimit: byteLimit) }
        }
    }

    /// Reads up to a number of bytes, and what came with them; a failure ends it.
    func beginning(byteLimit: Int) async -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < byteLimit, let parts = try? await next(), !parts.isEmpty {
            for part in parts { bytes += part.readableBytesView }
        }
        return Array(bytes.prefix(byteLimit))
    }
}
