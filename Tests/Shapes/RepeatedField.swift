/// A part of a review that its sender can make arbitrarily long: a list, the members of an object, or a text.
///
/// ``ReviewShape`` fills a review with one or two of them. The raw value names the field in a shape's name.
package enum RepeatedField: String, CaseIterable, Sendable {
    case initContainers, containers, goodContainers, badContainers, ephemeralContainers, badEphemeralContainers
    case volumes, hostPathVolumes, tokenVolumes, sysctls, plainSysctls, supplementalGroups, hostAliases, tolerations, resourceClaims
    case appArmorAnnotations, seccompAnnotations, otherAnnotations, labels, ownerReferences, managedFields
    case addedCapabilities, plainCapabilities, droppedCapabilities, hostPorts, ports, secretVariables, secretSources, variables, arguments
    case volumeMounts, unknownFields, projections, volumeClaims, accessModes, groups, extra
    case containerName, image, hostPath, sysctlName, capabilityName, droppedName, profileType, annotationValue, podName, namespace, userName

    /// The place of a field in a review.
    enum Place: Equatable {
        /// A member of the Pod's specification, a list.
        case pod(String)
        /// A member of the Pod's `securityContext`, a list.
        case podSecurity(String)
        /// A member of the first container, a list.
        case container(String)
        /// A list of the first container's capabilities.
        case capabilities(String)
        /// A member of the metadata of the Pod or the template, a list.
        case metadata(String)
        /// The same, an object.
        case metadataMembers(String)
        /// Members of the first container itself.
        case containerMembers
        /// `sources` of a projected volume.
        case projections
        /// `volumeClaimTemplates`, and the modes of one of them.
        case claims, accessModes
        /// A member of `userInfo`, a list or an object.
        case user(String), userMembers(String)
        /// One text, at the place of ``text``.
        case text
    }

    /// The place of the field.
    var place: Place {
        switch self {
        case .initContainers: .pod("initContainers")
        case .containers, .goodContainers, .badContainers: .pod("containers")
        case .ephemeralContainers, .badEphemeralContainers: .pod("ephemeralContainers")
        case .volumes, .hostPathVolumes, .tokenVolumes: .pod("volumes")
        case .sysctls, .plainSysctls: .podSecurity("sysctls")
        case .supplementalGroups: .podSecurity("supplementalGroups")
        case .hostAliases, .tolerations, .resourceClaims: .pod(rawValue)
        case .appArmorAnnotations, .seccompAnnotations, .otherAnnotations: .metadataMembers("annotations")
        case .labels: .metadataMembers("labels")
        case .ownerReferences, .managedFields: .metadata(rawValue)
        case .addedCapabilities, .plainCapabilities: .capabilities("add")
        case .droppedCapabilities: .capabilities("drop")
        case .hostPorts, .ports: .container("ports")
        case .secretVariables, .variables: .container("env")
        case .secretSources: .container("envFrom")
        case .arguments: .container("args")
        case .volumeMounts: .container("volumeMounts")
        case .unknownFields: .containerMembers
        case .projections: .projections
        case .volumeClaims: .claims
        case .accessModes: .accessModes
        case .groups: .user("groups")
        case .extra: .userMembers("extra")
        case .containerName, .image, .hostPath, .sysctlName, .capabilityName, .droppedName, .profileType, .annotationValue, .podName,
            .namespace, .userName:
            .text
        }
    }

    /// One element or member, by its number; `nil` for a text.
    func element(_ number: Int) -> String {
        switch self {
        case .initContainers: #"{"name":"i\#(number)"}"#
        case .containers: #"{"name":"c\#(number)"}"#
        case .goodContainers: Self.goodContainer.replacing("NAME", with: "g\(number)")
        case .badContainers: Self.badContainer.replacing("NAME", with: "b\(number)")
        case .ephemeralContainers: "{}"
        case .badEphemeralContainers: Self.badContainer.replacing("NAME", with: "e\(number)")
        case .volumes: #"{"name":"v\#(number)","strange":{}}"#
        case .hostPathVolumes: #"{"hostPath":{"path":"/"}}"#
        case .tokenVolumes: #"{"projected":{"sources":[{"serviceAccountToken":{}}]}}"#
        case .sysctls: "{}"
        case .plainSysctls: #"{"name":"net.ipv4.tcp_rmem","value":"1"}"#
        case .supplementalGroups: String(number)
        case .hostAliases, .tolerations, .ownerReferences, .managedFields, .ports: "{}"
        case .resourceClaims: #"{"name":"r\#(number)"}"#
        case .appArmorAnnotations: #""container.apparmor.security.beta.kubernetes.io/c\#(number)":"unconfined""#
        case .seccompAnnotations: #""container.seccomp.security.alpha.kubernetes.io/c\#(number)":"unconfined""#
        case .otherAnnotations, .labels, .extra: #""k\#(number)":"""#
        case .addedCapabilities: number % 2 == 0 ? #""SYS_TIME""# : #""CAP_SYS_BOOX""#
        case .plainCapabilities: number % 2 == 0 ? #""NET_BIND_SERVICE""# : #""SETUID""#
        case .droppedCapabilities: #""CHOWN""#
        case .hostPorts: #"{"hostPort":80}"#
        case .secretVariables: #"{"valueFrom":{"secretKeyRef":{}}}"#
        case .secretSources: #"{"secretRef":{}}"#
        case .variables, .volumeMounts: #"{"name":"a"}"#
        case .arguments, .groups: #""a\#(number)""#
        case .unknownFields: #""f\#(number)":0"#
        case .projections: #"{"secret":{}}"#
        case .volumeClaims: #"{"spec":{"accessModes":["ReadWriteMany"]}}"#
        case .accessModes: #""ReadWriteOnce""#
        case .containerName, .image, .hostPath, .sysctlName, .capabilityName, .droppedName, .profileType, .annotationValue, .podName,
            .namespace, .userName:
            ""
        }
    }

    /// The characters that are repeated to fill a text.
    var text: String {
        switch self {
        case .hostPath: "/.."
        case .capabilityName: "SYS_ADMI"
        case .droppedName: "\u{FB04}al"
        default: "a"
        }
    }

    /// The size of one element in the document, so that the reader may keep all of it: two bytes for each byte.
    ///
    /// The rest of the size is filled with a text that is skipped.
    var spacing: Int {
        switch self {
        case .initContainers, .containers, .ephemeralContainers: 144
        case .volumeClaims: 64
        case .volumes, .hostPathVolumes: 36
        case .sysctls, .groups: 12
        case .plainSysctls: 46
        case .plainCapabilities: 28
        case .appArmorAnnotations, .seccompAnnotations: 84
        default: 1
        }
    }

    /// A container that meets every rule.
    private static let goodContainer = """
        {"name":"NAME","image":"r/a@sha256:\(String(repeating: "0", count: 64))","securityContext":{"allowPrivilegeEscalation":false,\
        "readOnlyRootFilesystem":true,"runAsNonRoot":true,"runAsUser":20000,"runAsGroup":20000,"capabilities":{"drop":["ALL"]},\
        "seccompProfile":{"type":"RuntimeDefault"},"appArmorProfile":{"type":"RuntimeDefault"}},\
        "resources":{"requests":{"cpu":"1","memory":"1"},"limits":{"cpu":"1","memory":"1"}}}
        """

    /// A container that violates every negative rule and every check.
    private static let badContainer = """
        {"name":"NAME","securityContext":{"privileged":true,"allowPrivilegeEscalation":true,"procMount":"Unmasked","runAsUser":0,\
        "capabilities":{"add":["ALL"]},"seccompProfile":{"type":"Unconfined"},"appArmorProfile":{"type":"Unconfined"},\
        "seLinuxOptions":{"user":"a","role":"a","type":"a"},"windowsOptions":{"hostProcess":true}},"ports":[{"hostPort":1}],\
        "envFrom":[{"secretRef":{}}],"livenessProbe":{"httpGet":{"host":"a"}}}
        """
}
