import AdmissionPolicy
package import KubernetesAPI
import Manifests
import Platform
package import PodScoring
import PolicySources

/// Requests from files: recorded AdmissionReviews, and manifests as they would be created.
package struct ReplayedRequests {
    /// A request and where its Pods come from.
    package struct Request {
        /// What is asked.
        package let request: AdmissionRequest
        /// Where it was found: a file, with the place in it where there are several.
        package let source: String
        /// The API server, or a manifest that has not seen it yet.
        package let context: ScoringSubject.Context
    }

    /// What is found in files.
    package enum Found {
        case request(Request)
        /// A well-formed object that no policy is about, as a line.
        case passedOver(String)
        /// What is neither a review nor a manifest, as a line that begins with the file's name.
        case broken(String)
    }

    /// The largest file, in bytes.
    static let byteLimit = 64 * 1024 * 1024
    /// The namespace of manifests that name none.
    let defaultNamespace: String

    /// Requests of which manifests that name no namespace are in this one.
    package init(defaultNamespace: String) {
        self.defaultNamespace = defaultNamespace
    }

    /// Goes through files, and all files below directories, in the order of their names, and holds one at a time.
    ///
    /// The path `-` is standard input.
    /// Hidden files are left out, and of the files in a directory others than `.json`, `.yaml` and `.yml`, each with a line of its own.
    package func forEach(in paths: [String], _ body: (Found) throws -> Void) throws {
        for item in ManifestFiles(paths, selecting: .init(included: [PathPattern("*")])) {
            switch item {
            case .standardInput:
                try read("-", body) { () throws(FileError) in try FileContents.readStandardInput(byteLimit: Self.byteLimit) }
            case .named(let path):
                try read(path, body) { () throws(FileError) in try FileContents.read(path, byteLimit: Self.byteLimit) }
            case .found(let file) where !PolicyFileSet.endings.contains(where: file.path.hasSuffix):
                let endings = PolicyFileSet.endings.joined(separator: ", ")
                try body(.passedOver("\(file.path): not read: its name does not end in \(endings)"))
            case .found(let file):
                try read(file.path, body) { () throws(FileError) in try FileContents.read(file, byteLimit: Self.byteLimit) }
            case .unreadable(let path, let reason):
                try body(.broken("\(path): \(reason)"))
            case .leftOut(let path, let reason):
                try body(.passedOver("\(path): not read: \(reason)"))
            }
        }
    }

    private func read(_ path: String, _ body: (Found) throws -> Void, from contents: () throws(FileError) -> [UInt8]) throws {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try contents()
        } catch {
            return try body(.broken("\(error)"))
        }
        let review: AdmissionReview?
        var failure = ""
        do throws(DecodingFailure) {
            review = try AdmissionReview(parsing: bytes.span, keeping: ModelBudget.greatest)
        } catch {
            review = nil
            failure = error.explained(in: bytes.span)
        }
        if let review { return try body(.request(Request(request: review.request, source: path, context: .admittedPod))) }
        var isEmpty = true
        for document in ManifestStream(source: path, bytes: bytes) {
            if case .empty = document.content { continue }
            isEmpty = false
            try body(found(document, failure: failure))
        }
        if isEmpty { try body(.broken("\(path): neither an AdmissionReview nor a manifest: nothing in it")) }
    }

    /// Makes a request of a manifest; `failure` is what is wrong with the file as a review.
    private func found(_ document: ManifestDocument, failure: String) -> Found {
        guard case .object(let object, _) = document.content else {
            return .broken(document.errorLine ?? "\(document.source): \(failure)")
        }
        let place = "\(document.source):\(document.position)"
        if object.kind == "AdmissionReview" { return .broken("\(document.source): no AdmissionReview: \(failure)") }
        guard !object.kind.isEmpty else { return .broken("\(place): neither an AdmissionReview nor a manifest: it has no kind") }
        guard let request = AdmissionRequest(creating: object, inNamespace: defaultNamespace) else {
            return .passedOver("\(place): skipped: policies do not apply to \(object.kindInWords)")
        }
        return .request(Request(request: request, source: place, context: .authored))
    }
}
