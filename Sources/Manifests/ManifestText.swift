package import KubernetesAPI
import YAML

/// The documents of a source as they are written, for edits of its text.
package enum ManifestText {
    /// The documents in order, without those that cannot be read; see ``ManifestStream`` for the two forms.
    package static func documents(in bytes: [UInt8]) -> [TextDocument] {
        guard var json = JSONDocuments(bytes) else { return YAMLText.documents(in: bytes) }
        var yaml: YAMLStream?
        while yaml == nil, let step = json.next() {
            if case .yaml(let stream) = step { yaml = stream }
        }
        var documents: [TextDocument] = []
        var reader = JSONTextReader(bytes.span.extracting(..<(yaml?.offset ?? bytes.count)))
        while let document = reader.next() { documents.append(document) }
        guard let yaml else { return documents }
        return documents + YAMLText.documents(in: bytes, at: yaml.offset, line: yaml.line)
    }
}
