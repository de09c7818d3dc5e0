import KubernetesAPI
import NIOCore

/// A list of which every page arrived whole.
package struct CompleteList<Element: Sendable>: Sendable {
    /// The elements, in the order of the server.
    package var elements: [Element]
    /// The version of the store at which the list was made.
    package var resourceVersion: String
}

/// A step of a list that is taken page by page.
package enum ListStep<Element: Sendable>: Sendable {
    /// The elements of the next page, which arrived whole.
    case page([Element])
    /// The list begins again, so that the pages so far do not count.
    case restart
}

extension APIClient {
    /// The objects of a page; an API server counts a request by it.
    package static let pageSize = 500
    /// The most pages of a list: ten million objects.
    private static let pageLimit = 20_000
    /// How often a list begins again after its token expired, and how often a page is asked for again after it was cut off.
    private static let attemptLimit = 3

    /// Lists all objects of a resource, page by page, and keeps what a closure makes of each.
    ///
    /// No more than one object is held as bytes. The result is complete: after a failure nothing is returned. If a page comes too late for the
    /// server to remember its list, the list begins again.
    ///
    /// - Parameters:
    ///   - resource: the kind of the objects.
    ///   - namespace: the Namespace; `nil` for all, and for resources without Namespaces.
    ///   - query: selectors.
    ///   - accept: the media types, for metadata alone.
    ///   - decode: reads an object, or the beginning of one that is too large; `nil` leaves it out.
    /// - Returns: what was kept, and the version from which a watch can go on.
    /// - Throws: ``APIError``.
    package func list<Element: Sendable>(
        _ resource: APIResource,
        namespace: ObjectName? = nil,
        query: [(name: String, value: String)] = [],
        accept: String = "application/json",
        decode: (ReceivedText) -> Element?
    ) async throws(APIError) -> CompleteList<Element> {
        var elements: [Element] = []
        let resourceVersion = try await forEachPage(of: resource, namespace: namespace, query: query, accept: accept, decode: decode) {
            step in
            switch step {
            case .page(let page): elements += page
            case .restart: elements = []
            }
        }
        return CompleteList(elements: elements, resourceVersion: resourceVersion)
    }

    /// Lists all objects of a resource, and gives what a closure makes of the objects of each page on, when the page is complete.
    ///
    /// No more than one object is held as bytes, and no more than one page of elements. If a page comes too late for the server to remember
    /// its list, the list begins again, with ``ListStep/restart``. The arguments are those of ``list(_:namespace:query:accept:decode:)``.
    ///
    /// - Returns: the version from which a watch can go on.
    /// - Throws: ``APIError``; the pages before are then not all.
    package func forEachPage<Element: Sendable>(
        of resource: APIResource,
        namespace: ObjectName? = nil,
        query: [(name: String, value: String)] = [],
        accept: String = "application/json",
        decode: (ReceivedText) -> Element?,
        use: (ListStep<Element>) -> Void
    ) async throws(APIError) -> String {
        var request = APIRequest(.list, resource, namespace: namespace)
        request.accept = accept
        var (token, pageCount, expiryCount) = (String?.none, 0, 0)
        while true {
            request.query = query + [("limit", String(Self.pageSize))] + (token.map { [("continue", $0)] } ?? [])
            do throws(APIError) {
                let page = try await self.page(request, decode)
                use(.page(page.elements))
                guard let next = page.facts.continueToken else { return page.facts.resourceVersion }
                pageCount += 1
                guard pageCount < Self.pageLimit, next != token else { throw failure(.endlessList(pageLimit: pageCount), request) }
                token = next
            } catch {
                guard token != nil, error.cause.status?.isExpired == true, expiryCount < Self.attemptLimit else { throw error }
                expiryCount += 1
                (token, pageCount) = (nil, 0)
                use(.restart)
            }
        }
    }

    /// Reads a page; asks for it again if it was cut off, because nothing of it has been used.
    private func page<Element: Sendable>(
        _ request: APIRequest,
        _ decode: (ReceivedText) -> Element?
    ) async throws(APIError) -> (elements: [Element], facts: ListFacts) {
        for _ in 1..<Self.attemptLimit {
            do throws(APIError) {
                return try await send(request) { (body) async throws(APIError.Cause) in try await Self.read(body, decode) }
            } catch {
                guard error.cause == .cutOff else { throw error }
            }
        }
        return try await send(request) { (body) async throws(APIError.Cause) in try await Self.read(body, decode) }
    }

    private static func read<Element: Sendable>(
        _ body: AnswerBody,
        _ decode: (ReceivedText) -> Element?
    ) async throws(APIError.Cause) -> (elements: [Element], facts: ListFacts) {
        var splitter = ListSplitter()
        var elements: [Element] = []
        while true {
            let parts = try await body.next()
            do throws(DecodingFailure) {
                if parts.isEmpty { return (elements, try splitter.finish()) }
                for part in parts {
                    try splitter.consume(part.readableBytesUInt8Span) { object in
                        if let element = decode(object) { elements.append(element) }
                    }
                }
            } catch {
                throw .invalidBody(error)
            }
        }
    }
}
