package import KubernetesAPI
import YAML

/// The documents of a source as they are written, for edits of its text.
package enum ManifestText {
    /// The documents in order, without those that cannot be read; see ``ManifestStream`` for the two forms.
    package static func documents(in bytes: [UInt8]) -> [TextDocument] {
        guard JSONDocuments(bytes) != nil else { return YAMLText.documents(in: bytes) }
        var documents: [TextDocument] = []
        var reader = JSONTextReader(bytes.span)
        while let document = reader.next() { documents.append(document) }
        return documents
    }
}
