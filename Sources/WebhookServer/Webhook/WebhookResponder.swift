import AdmissionPolicy
import KubernetesAPI
import NIOCore
import NIOHTTP1

/// Serves the webhook's port: checks the header before the body is read, and has the body decided.
struct WebhookResponder<Service: ReviewService>: HTTPResponder {
    /// Decides the body.
    let service: Service

    /// Checks path, method, type and policy.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<Service.Basis> {
        let route: WebhookRoute
        do throws(WebhookRoute.Refusal) {
            route = try WebhookRoute(parsing: head.uri)
        } catch {
            return .refuse(Self.refusing(error))
        }
        guard head.method == .POST else {
            return .refuse(.refusing(.methodNotAllowed, "use POST for AdmissionReviews", field: .allow("POST")))
        }
        guard head.headers.announceJSON else { return .refuse(.notJSON) }
        guard let basis = service.basis(pinning: route.policy) else {
            return .refuse(.refusing(.notFound, "no policy has the name \(Self.echo(route.policy ?? ""))"))
        }
        return .accept(basis, answerBy: route.answerTime.map { now + $0 })
    }

    /// Begins to decide the body.
    func read(_ body: Span<UInt8>, of exchange: Service.Basis) -> AnswerStep {
        service.read(body, by: exchange)
    }

    private static func refusing(_ refusal: WebhookRoute.Refusal) -> HTTPAnswer {
        switch refusal {
        case .unknownPath: .refusing(.notFound, "no such path; POST AdmissionReviews to /validate or /validate/<policy>")
        case .malformedTimeout(let value): .malformedTimeout(value)
        }
    }

    /// A client's text in a form that can be repeated.
    private static func echo(_ text: String) -> String {
        DisplayText.oneLine(text, byteLimit: 253)
    }
}

/// Decides AdmissionReviews for the webhook's port; tests have their own.
protocol ReviewService: Sendable {
    /// The policies that decide one request from its beginning to its end, even if a reload happens in between.
    associatedtype Basis: Sendable

    /// The policies for a request that begins now; `nil` if no policy has the name in the path.
    func basis(pinning policy: String?) -> Basis?

    /// Reads a whole body and begins the answer.
    func read(_ body: Span<UInt8>, by basis: Basis) -> AnswerStep
}

extension HTTPHeaders {
    /// Whether the body is JSON as it is, without an encoding.
    var announceJSON: Bool {
        var (contentType, contentEncoding): (String?, String?)
        for (name, value) in self {
            switch name.utf8.count {
            case 12 where contentType == nil && name.equalsIgnoringASCIICase("content-type"): contentType = value
            case 16 where contentEncoding == nil && name.equalsIgnoringASCIICase("content-encoding"): contentEncoding = value
            default: break
            }
        }
        guard let contentType else { return false }
        let (bytes, expected) = (contentType.utf8.span, "application/json".utf8.span)
        guard bytes.count >= expected.count else { return false }
        for index in expected.indices where bytes[index] | 0x20 != expected[index] | 0x20 { return false }
        if bytes.count > expected.count {
            let next = bytes[expected.count]
            guard next == UInt8(ascii: ";") || next == UInt8(ascii: " ") else { return false }
        }
        return contentEncoding.map { $0 == "identity" } ?? true
    }
}

extension HTTPAnswer {
    /// The body is of another type, or compressed.
    static var notJSON: Self {
        .refusing(.unsupportedMediaType, "the Content-Type must be application/json, without Content-Encoding")
    }

    /// The value of the parameter `timeout` is not a duration.
    static func malformedTimeout(_ value: String) -> Self {
        .refusing(.badRequest, "the parameter timeout is not a duration such as 10s: \(DisplayText.oneLine(value, byteLimit: 253))")
    }
    /// Says where and why a body is not an AdmissionReview.
    static func malformed(_ failure: DecodingFailure, in body: Span<UInt8>) -> Self {
        var json = JSONWriter()
        json.beginObject()
        json.member("error", failure.reason.description)
        if case .byteOffset(let offset) = failure.location {
            json.member("byteOffset", offset)
            json.member("path", JSONPath.locating(offset, in: body))
        }
        json.endObject()
        json.endLine()
        return Self(status: .badRequest, body: json.bytes)
    }
}
