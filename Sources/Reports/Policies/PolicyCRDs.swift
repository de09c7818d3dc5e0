package import AdmissionPolicy
import KubernetesAPI

/// The CustomResourceDefinitions of policies and waivers, as `podscore policy crds` writes them.
package struct PolicyCRDs {
    private let schema: PolicySchema

    /// The CRDs with a schema.
    package init(_ schema: PolicySchema) {
        self.schema = schema
    }

    /// A list of both as JSON.
    package var json: [UInt8] {
        var json = JSONWriter(layout: .indented, reservingCapacity: 128 * 1024)
        json.beginObject()
        json.member("apiVersion", "v1")
        json.member("kind", "List")
        json.key("items")
        json.beginArray()
        for kind in PolicyKind.allCases { schema.writeCRD(of: kind, to: &json) }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// A document of YAML for each.
    package var yaml: [UInt8] {
        PolicyKind.allCases.flatMap { kind in
            var json = JSONWriter(reservingCapacity: 128 * 1024)
            schema.writeCRD(of: kind, to: &json)
            return Array("---\n".utf8) + YAMLText.bytes(ofJSON: json.bytes)
        }
    }
}
