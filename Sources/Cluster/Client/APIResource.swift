/// A kind of object with the path under which an API server has it.
package struct APIResource: Sendable, Hashable {
    /// The API group; empty for the core group.
    package let group: String
    /// The version in the group.
    package let version: String
    /// The name in paths, such as `scorepolicies`.
    package let plural: String

    /// A resource of known names, which stand in paths unchanged.
    package init(group: String, version: String, plural: String) {
        self.group = group
        self.version = version
        self.plural = plural
    }

    /// Policies, cluster-scoped.
    package static let scorePolicies = Self(group: "podscore.dev", version: "v1alpha1", plural: "scorepolicies")
    /// Waivers, cluster-scoped.
    package static let scoreWaivers = Self(group: "podscore.dev", version: "v1alpha1", plural: "scorewaivers")
    /// Namespaces.
    package static let namespaces = Self(group: "", version: "v1", plural: "namespaces")
    /// Pods.
    package static let pods = Self(group: "", version: "v1", plural: "pods")
    /// Events, in the form in which most components write them.
    package static let events = Self(group: "", version: "v1", plural: "events")
    /// The same Events, in the newer form.
    package static let newEvents = Self(group: "events.k8s.io", version: "v1", plural: "events")
    /// Registrations of webhooks, cluster-scoped.
    package static let validatingWebhookConfigurations = Self(
        group: "admissionregistration.k8s.io",
        version: "v1",
        plural: "validatingwebhookconfigurations"
    )
    /// Policies that the API server itself evaluates, cluster-scoped.
    package static let validatingAdmissionPolicies = Self(
        group: "admissionregistration.k8s.io",
        version: "v1",
        plural: "validatingadmissionpolicies"
    )
    /// Where those policies apply, and what a violation does, cluster-scoped.
    package static let validatingAdmissionPolicyBindings = Self(
        group: "admissionregistration.k8s.io",
        version: "v1",
        plural: "validatingadmissionpolicybindings"
    )

    /// The media types for a list of metadata alone; a server that does not know the first one sends whole objects.
    package static let metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
    /// The same for an object, and for the events of a watch.
    package static let metadataOfOne = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"

    /// The name with its group, such as `scorepolicies.podscore.dev`.
    package var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// The path of a collection, of an object, or of a part of one such as `status`.
    func path(namespace: ObjectName?, name: ObjectName?, subresource: String?) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if let namespace { path += "/namespaces/\(namespace.text)" }
        path += "/\(plural)"
        if let name { path += "/\(name.text)" }
        if let subresource { path += "/\(subresource)" }
        return path
    }
}

/// The name of an object or Namespace, safe to stand in a path.
package struct ObjectName: Sendable, Hashable {
    /// The longest name, in bytes.
    static let byteLimit = 253

    /// The name.
    package let text: String

    /// Takes a name of lower-case letters, digits, `-` and `.`; `nil` for any other text, which no object can have.
    ///
    /// Source: <https://github.com/kubernetes/apimachinery/blob/v0.34.0/pkg/util/validation/validation.go#L170-L220>
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= Self.byteLimit,
            Self.isAlphanumeric(first), Self.isAlphanumeric(last),
            bytes.allSatisfy({ Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") })
        else { return nil }
        self.text = text
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}
