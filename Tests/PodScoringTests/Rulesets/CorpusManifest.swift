import Foundation
import KubernetesAPI
import PodScoring
import YAML

/// A manifest in `Corpus/`, whose scores are frozen.
struct CorpusManifest: Sendable {
    let file: String
    let object: KubernetesObject

    /// The folder of the corpus.
    static let directory = TestFolder.tests.appending(path: "Corpus")

    /// The contexts in which the manifest is scored: for a Pod, also that of a request.
    var contexts: [(name: String, context: ScoringSubject.Context)] {
        guard case .pod = object.content else { return [("as written", .authored)] }
        return [("as written", .authored), ("as admitted", .admittedPod)]
    }

    /// Reads one manifest.
    static func load(_ file: String) throws -> CorpusManifest {
        var stream = YAMLStream(Array(try Data(contentsOf: directory.appending(path: file))))
        guard let document = stream.next() else { throw CocoaError(.fileReadCorruptFile) }
        return CorpusManifest(file: file, object: try KubernetesObject(from: document.get()))
    }

    /// The whole corpus, by file name.
    static func loadAll() throws -> [CorpusManifest] {
        try TestFolder.names(in: directory).map(load)
    }
}
