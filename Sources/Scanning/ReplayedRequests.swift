import AdmissionPolicy
package import KubernetesAPI
import Manifests
import Platform
package import PodScoring

/// Reads requests from files: recorded AdmissionReviews, and manifests as if they were created now.
package struct ReplayedRequests {
    /// A request and its origin.
    package struct Request {
        /// The request to decide.
        package let request: AdmissionRequest
        /// The file, with the position in it for a manifest.
        package let source: String
        /// Whether the object comes from the API server or from a manifest.
        package let context: ScoringSubject.Context
    }

    /// One item in a file.
    package enum Found {
        case request(Request)
        /// A skipped file or object, with the reason in one line.
        case skipped(String)
        /// An invalid file or document, with the reason in one line that begins with the file's name.
        case invalid(String)
    }

    /// The maximum size of a file, in bytes.
    static let byteLimit = 64 * 1024 * 1024
    /// The name endings of files that are read in a directory; a named file may have any name.
    static let endings = [".yaml", ".yml", ".json"]
    /// The namespace of manifests without one.
    let defaultNamespace: String
    /// The kinds that are decided as workloads.
    let workloads: KnownWorkloads

    /// A reader that puts manifests without a namespace into this one.
    package init(defaultNamespace: String, workloads: KnownWorkloads = .standard) {
        self.defaultNamespace = defaultNamespace
        self.workloads = workloads
    }

    /// Reads the files, and all files below directories, one at a time in the order of their names.
    ///
    /// The path `-` is standard input. Hidden files are skipped. Files in a directory with another ending than `.json`, `.yaml` or `.yml`
    /// are skipped with a line each, and so are Helm charts.
    package func forEach(in paths: [String], _ body: (Found) throws -> Void) throws {
        for item in ManifestFiles(paths, selecting: .init(included: [PathPattern("*")])) {
            switch item {
            case .standardInput:
                try read(item, "-", body)
            case .named(let path):
                try read(item, path, body)
            case .found(let file, _) where !Self.endings.contains(where: file.path.hasSuffix):
                let endings = Self.endings.joined(separator: ", ")
                try body(.skipped("\(SystemPath.display(file.path)): skipped: its name does not end in \(endings)"))
            case .found(let file, let isInChart):
                try read(item, file.path, isInChart: isInChart, body)
            case .chart(let directory):
                try body(.skipped("\(SystemPath.display(directory)): skipped: \(HelmChart.skipReason(of: directory))"))
            case .empty(let path, let reason):
                try body(.invalid("\(SystemPath.display(path)): \(reason)"))
            case .unreadable(let path, let reason):
                try body(.invalid("\(SystemPath.display(path)): \(reason)"))
            case .skipped(let path, let reason):
                try body(.skipped("\(SystemPath.display(path)): skipped: \(reason)"))
            }
        }
    }

    private func read(_ item: ManifestFiles.Item, _ path: String, isInChart: Bool = false, _ body: (Found) throws -> Void) throws {
        let bytes: [UInt8]
        do throws(FileError) {
            guard let contents = try item.contents(byteLimit: Self.byteLimit) else { return }
            bytes = contents
        } catch {
            return try body(.invalid("\(error)"))
        }
        let review: AdmissionReview?
        var failure = ""
        do throws(DecodingFailure) {
            review = try AdmissionReview(parsing: bytes.span, keeping: ModelBudget.greatest, among: workloads)
        } catch {
            review = nil
            failure = error.explained(in: bytes.span)
        }
        let name = SystemPath.display(path)
        if let review { return try body(.request(Request(request: review.request, source: name, context: .admittedPod))) }
        var isEmpty = true
        for document in ManifestStream(source: name, bytes: bytes, workloads: workloads) {
            if case .empty = document.content { continue }
            isEmpty = false
            if isInChart, document.isNoManifest || document.foreignText != nil { continue }
            try body(found(document, failure: failure))
        }
        if isEmpty, !isInChart { try body(.invalid("\(name): neither an AdmissionReview nor a manifest: the file is empty")) }
    }

    /// Makes a request of a manifest; `failure` says why the file is not a review.
    private func found(_ document: ManifestDocument, failure: String) -> Found {
        guard case .object(let object, _) = document.content else {
            return .invalid(document.errorLine ?? "\(document.source): \(failure)")
        }
        let place = "\(document.source):\(document.position)"
        if object.kind == "AdmissionReview" { return .invalid("\(document.source): invalid AdmissionReview: \(failure)") }
        guard !object.kind.isEmpty else { return .invalid("\(place): neither an AdmissionReview nor a manifest: kind is missing") }
        if let mistake = KindMistake(object) { return .invalid("\(place): \(mistake)") }
        guard let request = AdmissionRequest(creating: object, inNamespace: defaultNamespace) else {
            return .skipped("\(place): skipped: \(object.podsElsewhere ?? "policies do not apply to \(object.kindInWords)")")
        }
        return .request(Request(request: request, source: place, context: .authored))
    }
}
