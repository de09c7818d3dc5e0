import AdmissionPolicy
import FileSystem
import KubernetesAPI
import Manifests
import PodScoring

/// Requests from files: recorded AdmissionReviews, and manifests as they would be created.
struct ReplayedRequests {
    /// A request and where its Pods come from.
    struct Request {
        /// What is asked.
        let request: AdmissionRequest
        /// The API server, or a manifest that has not seen it yet.
        let context: ScoringSubject.Context
    }

    /// What is found in files.
    enum Found {
        case request(Request)
        /// A well-formed object that no policy is about, as a line.
        case passedOver(String)
        /// What is neither a review nor a manifest, as a line that begins with the file's name.
        case broken(String)
    }

    /// The largest file, in bytes.
    static let byteLimit = 64 * 1024 * 1024
    /// How deep directories are gone into.
    private static let depthLimit = 16

    /// The namespace of manifests that name none.
    let defaultNamespace: String

    /// Goes through a file, or all files below a directory, in the order of their names; one file is held at a time.
    ///
    /// Hidden files, and others than `.json`, `.yaml` and `.yml` in a directory, are passed over with a line of their own.
    func forEach(at path: String, depth: Int = 0, _ body: (Found) throws -> Void) throws {
        guard Directory.exists(at: path) else { return try read(path, body) }
        guard depth < Self.depthLimit else { return try body(.broken("\(path): directories too deep")) }
        let names: [String]
        do throws(FileError) {
            names = try Directory.names(in: path)
        } catch {
            return try body(.broken("\(error)"))
        }
        for name in names {
            let child = path.hasSuffix("/") ? path + name : path + "/" + name
            // How a mounted ConfigMap swaps its content.
            if name.utf8.starts(with: "..".utf8) { continue }
            if Directory.exists(at: child) {
                try forEach(at: child, depth: depth + 1, body)
            } else if PolicyFileSet.endings.contains(where: name.hasSuffix) && name.utf8.first != UInt8(ascii: ".") {
                try read(child, body)
            } else {
                try body(.passedOver("\(child): not read: its name does not end in \(PolicyFileSet.endings.joined(separator: ", "))"))
            }
        }
    }

    private func read(_ path: String, _ body: (Found) throws -> Void) throws {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileContents.read(path, byteLimit: Self.byteLimit)
        } catch {
            return try body(.broken("\(error)"))
        }
        let review: AdmissionReview?
        var failure = ""
        do throws(DecodingFailure) {
            review = try AdmissionReview(parsing: bytes.span)
        } catch {
            review = nil
            failure = error.explained(in: bytes.span)
        }
        if let review { return try body(.request(Request(request: review.request, context: .admittedPod))) }
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
        guard case .object(var object, _) = document.content else {
            return .broken(document.errorLine ?? "\(document.source): \(failure)")
        }
        let place = "\(document.source):\(document.position)"
        if object.kind == "AdmissionReview" { return .broken("\(document.source): no AdmissionReview: \(failure)") }
        guard !object.kind.isEmpty else { return .broken("\(place): neither an AdmissionReview nor a manifest: it has no kind") }
        let group = object.apiVersion.contains("/") ? String(object.apiVersion.prefix { $0 != "/" }) : ""
        guard WorkloadKind(group: group, kind: object.kind) != nil else {
            return .passedOver("\(place): not decided: no policy is about objects of kind \(object.kind)")
        }
        if object.metadata.namespace.isEmpty { object.metadata.namespace = defaultNamespace }
        var request = AdmissionRequest()
        request.uid = "replay"
        request.kind.group = group
        request.kind.kind = object.kind
        request.namespace = object.metadata.namespace
        request.name = object.metadata.name
        request.object = .decoded(object)
        return .request(Request(request: request, context: .authored))
    }
}
