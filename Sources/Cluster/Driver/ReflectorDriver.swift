import KubernetesAPI
import NIOCore

/// Carries out the requests of a ``Reflector`` through an ``APIClient``, until its task is cancelled.
///
/// It waits, reads and decodes on the thread that runs it, so it runs on a ``DedicatedThread``.
package struct ReflectorDriver<Value: Sendable & Equatable> {
    /// A result of a step.
    package struct Report: Sendable {
        /// The changes of the kept objects.
        package let changes: [ObjectChange<Value>]
        /// Events for logs and metrics.
        package let notes: [ReflectorNote]
        /// The latest failure as a line with the request, the server and what to do; `nil` unless a note says that a request failed.
        package let problem: String?
        /// How far the kept objects are in step.
        package let progress: ReflectorProgress
    }

    /// The end of an answer.
    private enum Ending {
        /// A whole page arrived.
        case page(ListFacts)
        /// The watch ended in an orderly way.
        case ended
        /// The reflector no longer wants the answer.
        case dropped
    }

    private let client: APIClient
    private let resource: APIResource
    private let query: [(name: String, value: String)]
    private let needsMetadataOnly: Bool
    private let report: (Report) -> Void
    private var reflector: Reflector<Value>
    /// The request to send next; `nil` while the reflector waits.
    private var request: ReflectorRequest?
    /// The request that is in progress was given up.
    private var isDropped = false
    /// The progress that was reported last.
    private var reported: ReflectorProgress?

    /// Prepares to keep the objects of a resource in step.
    ///
    /// - Parameters:
    ///   - reflector: decides what is asked for and when.
    ///   - client: sends the requests; its clock is that of the reflector.
    ///   - resource: the kind of the objects.
    ///   - query: selectors, of lists and of watches.
    ///   - needsMetadataOnly: whether the rest of the objects is left out.
    ///   - report: takes what changed, after each step.
    package init(
        _ reflector: Reflector<Value>,
        through client: APIClient,
        of resource: APIResource,
        query: [(name: String, value: String)] = [],
        needsMetadataOnly: Bool = false,
        report: @escaping (Report) -> Void
    ) {
        self.reflector = reflector
        self.client = client
        self.resource = resource
        self.query = query
        self.needsMetadataOnly = needsMetadataOnly
        self.report = report
    }

    /// Lists and watches; returns when the task is cancelled.
    package mutating func run() async {
        while !Task.isCancelled {
            if let next = request {
                request = nil
                await perform(next)
            } else if reflector.deadline <= client.environment.now() {
                take(reflector.expire(at: client.environment.now()), of: nil)
            } else {
                try? await client.environment.sleep(reflector.deadline - client.environment.now())
            }
        }
    }

    private mutating func perform(_ asked: ReflectorRequest) async {
        let (client, request) = (client, apiRequest(asked))
        isDropped = false
        do throws(APIError) {
            let ending = try await client.send(request) { (body) async throws(APIError.Cause) in
                if case .list = asked.kind { try await readPage(body, asked) } else { try await readWatch(body, asked) }
            }
            switch ending {
            case .page(let facts): feed(.page(resourceVersion: facts.resourceVersion, continueToken: facts.continueToken), asked)
            case .ended: feed(.ended, asked)
            case .dropped: break
            }
        } catch {
            guard let failure = RequestFailure(error.cause) else { return }
            feed(.failed(failure), asked, because: error)
        }
    }

    private func apiRequest(_ asked: ReflectorRequest) -> APIRequest {
        var request = APIRequest(asked.isWatch ? .watch : .list, resource, query: query + asked.query)
        if needsMetadataOnly { request.accept = asked.isWatch ? APIResource.metadataOfOne : APIResource.metadataOnly }
        request.answerTimeout = reflector.answerTimeout(of: asked)
        // The reflector has its own waits.
        request.obeysRetryAfter = false
        return request
    }

    private mutating func readPage(_ body: AnswerBody, _ asked: ReflectorRequest) async throws(APIError.Cause) -> Ending {
        var splitter = ListSplitter()
        feed(.began, asked)
        while let parts = try await nextParts(body, asked) {
            do throws(DecodingFailure) {
                if parts.isEmpty { return .page(try splitter.finish()) }
                for part in parts { try splitter.consume(part.readableBytesUInt8Span) { feed(.object($0), asked) } }
            } catch {
                throw .invalidBody(error)
            }
        }
        return .dropped
    }

    private mutating func readWatch(_ body: AnswerBody, _ asked: ReflectorRequest) async throws(APIError.Cause) -> Ending {
        var splitter = LineSplitter()
        feed(.began, asked)
        while let parts = try await nextParts(body, asked) {
            if parts.isEmpty { return .ended }
            for part in parts {
                splitter.consume(part.readableBytesUInt8Span) { line in
                    if !isDropped { feed(.line(line), asked) }
                }
            }
        }
        return .dropped
    }

    /// Waits for the next bytes, and does meanwhile what is due; none at the end, `nil` if the reflector gave the request up.
    private mutating func nextParts(_ body: AnswerBody, _ asked: ReflectorRequest) async throws(APIError.Cause) -> [ByteBuffer]? {
        while true {
            let now = client.environment.now()
            if reflector.deadline <= now, !isDropped { take(reflector.expire(at: now), of: asked) }
            if isDropped { return nil }
            let wait = reflector.deadline - client.environment.now()
            if let parts = try await body.next(within: client.environment.longestWait(max(wait, .zero))) { return parts }
        }
    }

    private mutating func feed(_ input: ReflectorInput, _ asked: ReflectorRequest, because error: APIError? = nil) {
        take(reflector.handle(input, of: asked.exchange, at: client.environment.now()), of: asked, because: error)
    }

    private mutating func take(_ output: Reflector<Value>.Output, of asked: ReflectorRequest?, because error: APIError? = nil) {
        if let closed = output.closed, closed == asked?.exchange { isDropped = true }
        if let next = output.request { request = next }
        let progress = reflector.progress
        guard !output.changes.isEmpty || !output.notes.isEmpty || progress != reported else { return }
        reported = progress
        let problem = problem(in: output.notes, of: asked, because: error)
        report(Report(changes: output.changes, notes: output.notes, problem: problem, progress: progress))
    }

    private func problem(in notes: [ReflectorNote], of asked: ReflectorRequest?, because error: APIError?) -> String? {
        for case .failed(let failure, let verb, _) in notes {
            if let error { return "\(error)" }
            let request = APIRequest(asked?.isWatch == true ? .watch : .list, resource)
            guard let refusal = failure.refusal else { return "\(verb) \(resource.qualifiedName) at \(client.server): \(failure)" }
            return "\(APIError(.status(refusal), of: request, at: client.server))"
        }
        return nil
    }
}

extension RequestFailure {
    /// Tells a reflector why a request failed; `nil` for one that was cancelled.
    fileprivate init?(_ cause: APIError.Cause) {
        switch cause {
        case .cancelled: return nil
        case .status(let refusal): self = .refused(refusal)
        case .answerTimedOut, .bodyTimedOut: self = .timedOut
        case .cutOff, .closedBeforeAnswer: self = .cutOff
        case .invalidHTTP, .invalidBody, .bodyTooLarge, .endlessList: self = .unreadable(reason: "\(cause)")
        case .unreachable, .connectTimedOut, .tls, .handshakeTimedOut, .credentials: self = .unreachable(reason: "\(cause)")
        }
    }
}
