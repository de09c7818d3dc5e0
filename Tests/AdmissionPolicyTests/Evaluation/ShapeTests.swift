import AdmissionPolicy
import KubernetesAPI
import Shapes
import Testing

/// The reviews by which the growth of the work is measured; they must match their descriptions.
struct ShapeTests {
    private static let byteCount = 16 << 10

    @Test(arguments: ReviewShape.singles.filter { $0.policy == .strict })
    func `A shape is a review of its size that can be evaluated`(shape: ReviewShape) throws {
        let body = shape.body(byteCount: Self.byteCount)
        #expect((Self.byteCount...Self.byteCount + 64).contains(body.count))
        let request = try AdmissionReview(parsing: body.span).request
        #expect(request.object.object != nil, "the object has more than may be kept, or is of another kind")
        let decision = shape.policy.decide(request)
        #expect(decision.outcome != .unchanged && decision.outcome != .exempt)
        #expect(decision.score != nil || shape.description.hasPrefix("ephemeral") || shape.description.hasPrefix("resize"))
    }

    @Test func `Shapes by two fields have both`() throws {
        let shape = ReviewShape(.ephemeralContainers, [.ephemeralContainers, .sysctls], by: .strict)
        let pod = try #require(try AdmissionReview(parsing: shape.body(byteCount: Self.byteCount).span).request.object.object?.podSpec)
        #expect(pod.ephemeralContainers.count > 20 && pod.securityContext.sysctls.count > 100)
        #expect(ReviewShape(parsing: shape.description)?.description == shape.description)
        #expect(ReviewShape.pairs.count > 10_000)
        #expect(Set(ReviewShape.pairs.map(\.description)).count == ReviewShape.pairs.count)
    }

    /// The lists and texts of the model, by their names there.
    private static func members(of value: Any, _ owner: String) -> Set<String> {
        Set(
            Mirror(reflecting: value).children.compactMap { label, value in
                let isList = Mirror(reflecting: value).displayStyle == .collection
                let isText = type(of: value) == String.self || type(of: value) == String?.self
                return isList || isText ? label.map { "\(owner).\($0)" } : nil
            }
        )
    }

    /// A new list of the model must be added to ``RepeatedField`` and here.
    @Test func `Some shape repeats each list and text of the model`() {
        let known: Set = [
            "PodSpec.initContainers", "PodSpec.containers", "PodSpec.ephemeralContainers", "PodSpec.volumes",
            "PodSecurityContext.sysctls", "ObjectMeta.annotations", "ObjectMeta.name", "Volume.hostPath",
            "Container.name", "Container.image", "Container.hostPorts", "Container.secretReferences",
            "Capabilities.add", "Capabilities.drop",
            "VolumeClaimTemplate.accessModes", "SecurityProfile.type", "UserInfo.groups", "UserInfo.username", "AdmissionRequest.namespace",
            // Bounded by the number of handlers.
            "Container.handlerHosts",
            // Read as a whole; only compared with a short text.
            "PodSpec.serviceAccountName", "PodSpec.serviceAccount", "PodSpec.nodeName", "PodSpec.runtimeClassName", "PodSpec.osName",
            "ObjectMeta.generateName", "ObjectMeta.namespace", "Volume.name", "SecurityContext.procMount",
            "SecurityProfile.localhostProfile",
            "SELinuxOptions.type", "SELinuxOptions.user", "SELinuxOptions.role", "WindowsOptions.runAsUserName",
            "AdmissionRequest.uid", "AdmissionRequest.name", "AdmissionRequest.subResource", "GroupVersionKind.group",
            "GroupVersionKind.version", "GroupVersionKind.kind",
        ]
        let found = Self.members(of: PodSpec(), "PodSpec")
            .union(Self.members(of: PodSecurityContext(), "PodSecurityContext"))
            .union(Self.members(of: ObjectMeta(), "ObjectMeta"))
            .union(Self.members(of: Volume(), "Volume"))
            .union(Self.members(of: Container(), "Container"))
            .union(Self.members(of: SecurityContext(), "SecurityContext"))
            .union(Self.members(of: Capabilities(), "Capabilities"))
            .union(Self.members(of: SecurityProfile(), "SecurityProfile"))
            .union(Self.members(of: SELinuxOptions(), "SELinuxOptions"))
            .union(Self.members(of: WindowsOptions(), "WindowsOptions"))
            .union(Self.members(of: VolumeClaimTemplate(), "VolumeClaimTemplate"))
            .union(Self.members(of: UserInfo(), "UserInfo"))
            .union(Self.members(of: AdmissionRequest(), "AdmissionRequest"))
        #expect(found.subtracting(known) == [])
    }
}
