import Testing

@testable import KubernetesAPI

/// The memory of a decoded review is bounded, and every review of an API server fits.
@Suite struct ModelBudgetTests {
    /// A list of a number of elements, each made from its index.
    private struct Shape: CustomTestStringConvertible {
        let name: String
        /// The members of the Pod's `spec` with the word LIST in it.
        let spec: String
        let element: @Sendable (Int) -> String
        var count = 20_000

        var testDescription: String { name }

        /// A review of a Pod with the list.
        var body: [UInt8] {
            let list = (0..<count).map(element).joined(separator: ",")
            return ModelBudgetTests.body(spec.replacing("LIST", with: list))
        }
    }

    private static func body(_ spec: String, before: String = "") -> [UInt8] {
        Array(
            (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{"version":"v1","kind":"Pod"},"#
                + #"\#(before)"operation":"CREATE","namespace":"n","object":{"kind":"Pod","metadata":{"name":"p"},"spec":{\#(spec)}}}}"#)
                .utf8
        )
    }

    /// The fields that the API server fills in.
    private static let defaults =
        #""resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"Always""#

    /// Shapes that an API server accepts; all are decided.
    private static let valid = [
        Shape(name: "env", spec: #""containers":[{"env":[LIST]}]"#, element: { #"{"name":"A\#($0)"}"# }, count: 75_000),
        Shape(
            name: "env from Secrets",
            spec: #""containers":[{"env":[LIST]}]"#,
            element: { #"{"name":"A\#($0)","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}"# },
            count: 40_000
        ),
        Shape(name: "args", spec: #""containers":[{"args":[LIST]}]"#, element: { _ in #""a""# }, count: 100_000),
        Shape(
            name: "mounts",
            spec: #""containers":[{"volumeMounts":[LIST]}]"#,
            element: { #"{"name":"v","mountPath":"/\#($0)"}"# },
            count: 100_000
        ),
        Shape(name: "ports", spec: #""containers":[{"ports":[LIST]}]"#, element: { #"{"containerPort":\#($0)}"# }, count: 100_000),
        Shape(
            name: "host ports",
            spec: #""containers":[{"ports":[LIST]}]"#,
            element: { #"{"hostPort":\#($0),"containerPort":\#($0),"protocol":"TCP"}"# },
            count: 60_000
        ),
        Shape(name: "tolerations", spec: #""tolerations":[LIST]"#, element: { #"{"key":"\#($0)"}"# }),
        Shape(name: "host aliases", spec: #""hostAliases":[LIST]"#, element: { #"{"ip":"10.0.0.1","hostnames":["\#($0)"]}"# }),
        Shape(name: "volumes", spec: #""volumes":[LIST]"#, element: { #"{"name":"a-rather-long-name-\#($0)","emptyDir":{}}"# }),
        Shape(
            name: "host paths",
            spec: #""volumes":[LIST]"#,
            element: { #"{"name":"v\#($0)","hostPath":{"path":"/v/\#($0)","type":""}}"# }
        ),
        Shape(
            name: "sysctls",
            spec: #""securityContext":{"sysctls":[LIST]}"#,
            element: { #"{"name":"net.ipv4.conf.if\#($0).forwarding","value":"1"}"# }
        ),
        Shape(name: "containers", spec: #""containers":[LIST]"#, element: { #"{"name":"c\#($0)","image":"i",\#(defaults)}"# }),
        Shape(
            name: "long names of containers and images",
            spec: #""containers":[LIST]"#,
            element: { #"{"name":"container-number-\#($0)","image":"registry/image:\#($0)",\#(defaults)}"# }
        ),
        Shape(
            name: "privileged containers",
            spec: #""containers":[LIST]"#,
            element: { #"{"name":"c\#($0)","image":"i","securityContext":{"privileged":true},\#(defaults)}"# }
        ),
        Shape(
            name: "hardened containers",
            spec: #""initContainers":[LIST]"#,
            element: {
                #"{"name":"c\#($0)","image":"i","securityContext":{"allowPrivilegeEscalation":false,"runAsNonRoot":true,"runAsUser":20000,"#
                    + #""capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}},\#(defaults)}"#
            },
            count: 8_000
        ),
        Shape(
            name: "containers with requests",
            spec: #""ephemeralContainers":[LIST]"#,
            element: {
                #"{"name":"c\#($0)","image":"i",\#(defaults.replacing("{}", with: #"{"limits":{"cpu":"1"},"requests":{"cpu":"1"}}"#))}"#
            },
            count: 8_000
        ),
    ]

    /// Shapes that no API server accepts, and that would take more memory than allowed.
    private static let dense = [
        Shape(name: "empty containers", spec: #""containers":[LIST]"#, element: { _ in "{}" }, count: 300_000),
        Shape(name: "null containers", spec: #""initContainers":[LIST]"#, element: { _ in "null" }, count: 300_000),
        Shape(name: "empty volumes", spec: #""volumes":[LIST]"#, element: { _ in "{}" }, count: 300_000),
        Shape(name: "empty sysctls", spec: #""securityContext":{"sysctls":[LIST]}"#, element: { _ in "{}" }, count: 300_000),
        Shape(
            name: "capabilities",
            spec: #""containers":[{"securityContext":{"capabilities":{"add":[LIST]}}}]"#,
            element: { _ in #""""# },
            count: 300_000
        ),
        Shape(
            name: "empty settings",
            spec: #""containers":[LIST]"#,
            element: { _ in #"{"securityContext":{"procMount":null},"resources":{"limits":{}}}"# },
            count: 50_000
        ),
    ]

    /// The memory that does not grow with the body.
    private static func check(_ body: [UInt8]) throws -> AdmissionRequest {
        let review = try AdmissionReview(parsing: body.span)
        let limit = ModelBudget.byteLimit(forDocumentOf: body.count)
        #expect(ModelSize.of(review) <= limit, "\(ModelSize.of(review)) bytes of \(limit) for \(body.count)")
        return review.request
    }

    @Test(arguments: valid) private func `A review that an API server accepts takes at most two bytes for each byte`(shape: Shape) throws {
        let request = try Self.check(shape.body)
        guard case .decoded = request.object else {
            Issue.record("\(request.object)")
            return
        }
    }

    @Test(arguments: dense) private func `An object that takes more memory than allowed is undecodable`(shape: Shape) throws {
        let body = shape.body
        let request = try Self.check(body)
        guard case .undecodable(let failure) = request.object else {
            Issue.record("decoded")
            return
        }
        #expect(failure.reason == .modelTooLarge(limit: ModelBudget.byteLimit(forDocumentOf: body.count)))
        #expect(failure.isAboutContent)
        #expect(request.namespace == "n")
    }

    @Test func `A record can be read again although it is shorter than the body`() throws {
        let containers = (0..<3_000).map { #"{"name":"c\#($0)","image":"i",\#(Self.defaults)}"# }.joined(separator: ",")
        let body = Self.body(#""containers":[\#(containers)]"#)
        let review = try AdmissionReview(parsing: body.span)
        let record = review.encoded
        #expect(record.count < body.count / 4)
        #expect(try AdmissionReview(parsing: record.span, keeping: ModelBudget.greatest) == review)
    }

    @Test func `The old object may take the memory that the new one leaves`() throws {
        let containers = Array(repeating: "{}", count: 200_000).joined(separator: ",")
        let text = String(decoding: Self.body(#""containers":[{"name":"c"}]"#), as: UTF8.self)
        let body = Array((text.dropLast(2) + #","oldObject":{"spec":{"containers":[\#(containers)]}}}}"#).utf8)
        let request = try Self.check(body)
        guard case .decoded = request.object, case .undecodable = request.oldObject else {
            Issue.record("\(request.object.isPresent) \(request.oldObject.isPresent)")
            return
        }
    }

    @Test func `Groups that fit are kept`() throws {
        let groups = (0..<10_000).map { #""g\#($0)""# }.joined(separator: ",")
        let request = try Self.check(Self.body("", before: #""userInfo":{"username":"u","groups":[\#(groups)]},"#))
        #expect(request.userInfo.groups.count == 10_000)
        #expect(request.object.object != nil)
    }

    @Test func `A request with too many groups has an undecodable object`() throws {
        let groups = Array(repeating: #""g""#, count: 300_000).joined(separator: ",")
        let request = try Self.check(Self.body("", before: #""userInfo":{"username":"u","groups":[\#(groups)]},"#))
        #expect(request.userInfo.username == "u" && request.userInfo.groups.isEmpty)
        guard case .undecodable(let failure) = request.object, case .modelTooLarge = failure.reason else {
            Issue.record("decoded")
            return
        }
    }

    @Test func `A small review may take 64 KiB`() throws {
        let request = try Self.check(Self.body(#""containers":[\#(Array(repeating: "{}", count: 250).joined(separator: ","))]"#))
        #expect(request.object.object?.podSpec?.containers.count == 250)
    }

    @Test func `Containers and volumes take little memory`() {
        #expect(MemoryLayout<Container>.stride <= 216 && MemoryLayout<Volume>.stride <= 40)
        #expect(MemoryLayout<ResourceList>.stride <= 32)
    }
}
