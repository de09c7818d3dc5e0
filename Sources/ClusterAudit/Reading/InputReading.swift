import AdmissionPolicy
import Cluster
import KubernetesAPI
import Manifests
package import Platform

/// Reads what runs from the output of `kubectl get -o json` or `-o yaml`.
///
/// JSON is read object by object, so that only results are kept. YAML is read whole.
package struct InputReading {
    /// The largest YAML input, in bytes.
    package static let yamlByteLimit = 256 << 20
    /// The deepest lists in lists that are read.
    private static let listDepthLimit = 3

    /// The form of an input.
    fileprivate enum Form {
        /// Only white space so far.
        case unknown
        case json(ObjectSplitter)
        case yaml([UInt8])
    }

    /// A kind of workload in a Namespace.
    private struct NamespacedKind: Hashable {
        let kind: WorkloadKind
        let namespace: String
    }

    private let namespace: String?
    private let selector: LabelSelector?
    /// Whether the labels of Namespaces count.
    private let readsNamespaces: Bool
    private let workloads: KnownWorkloads
    private let progress: (_ objects: Int) -> Void
    private var builder: AuditBuilder
    /// The kinds that occurred in each Namespace, which are then taken for complete there.
    private var kinds: Set<NamespacedKind> = []
    /// The kinds that Pods name as their controllers.
    private var claimedKinds: Set<NamespacedKind> = []
    /// Whether a part of the input was not read, so that no kind is complete.
    private var isCut = false
    /// Whether a Namespace came behind Pods whose decision its labels could change.
    private var hasLateNamespaces = false
    /// The Namespaces of what runs.
    private var occupied: Set<String> = []
    /// Objects of kinds that do not run, by kind.
    private var skipped: [String: Int] = [:]
    private var objects = 0

    /// Starts without an object.
    ///
    /// - Parameters:
    ///   - decider: Decides what runs.
    ///   - namespace: The only Namespace that counts; `nil` for all.
    ///   - selector: The labels that Pods must have, and the templates of workloads without Pods; `nil` for any.
    ///   - readsNamespaces: Whether the labels of Namespaces in the input count; they must stand before the Pods.
    ///   - progress: Is told the number of objects that were read, from time to time.
    package init(
        decidingBy decider: AuditDecider,
        namespace: String?,
        selector: LabelSelector? = nil,
        readsNamespaces: Bool = true,
        progress: @escaping (_ objects: Int) -> Void = { _ in }
    ) {
        self.namespace = namespace
        self.selector = selector
        self.readsNamespaces = readsNamespaces
        self.progress = progress
        workloads = decider.workloads
        builder = AuditBuilder(decidingBy: decider, gaps: [])
    }

    /// Reads a file, or standard input if there is no path; what cannot be read becomes a gap.
    package mutating func read(_ path: String?, named name: String) throws(FileError) {
        var form = Form.unknown
        var problem: String?
        try FileContents.forEachChunk(of: path) { chunk in
            do throws(DecodingFailure) {
                try consume(chunk, in: &form)
            } catch {
                problem = "\(name): \(error.locatedReason)"
            }
            progress(objects)
            return problem == nil && !form.isTooLong
        }
        if let problem {
            isCut = true
            return builder.miss("\(problem); what follows was not read")
        }
        finish(form, named: name)
    }

    /// The result of all that was read.
    package mutating func audit() -> Audit {
        if hasLateNamespaces {
            builder.miss("Namespaces stand behind Pods in the input, so their labels did not count; use kubectl get namespaces,all")
        } else if readsNamespaces, decider.namespaces == nil, decider.selectsByLabels {
            builder.miss("the input has no Namespaces, so no policy was chosen by labels; use kubectl get namespaces,all")
        } else if decider.selectsByLabels, let line = unreadLabelsLine {
            builder.miss(line)
        }
        if !isCut {
            for found in kinds { builder.directory.complete(found.kind, in: found.namespace) }
        }
        builder.fold.settle(knowing: builder.directory)
        return builder.audit
    }

    /// The policies that decide, with the Namespaces that were read.
    package var decider: AuditDecider { builder.fold.decider }

    /// One line about the objects that do not run; `nil` without any.
    package var skippedLine: String? {
        guard !skipped.isEmpty else { return nil }
        let kinds = skipped.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { "\($0.value) of kind \($0.key)" }
        let named = kinds.prefix(8).joined(separator: ", ") + (kinds.count > 8 ? " and of \(kinds.count - 8) other kinds" : "")
        return "skipped, because they have no Pods: \(named)"
    }

    /// One line with the kinds that the input should have, so that Pods are assigned to their Deployments and CronJobs; `nil` if it has them.
    package var missingKindsLine: String? {
        let missing = [WorkloadKind.replicaSet, .job].filter { kind in
            claimedKinds.contains { $0.kind == kind && !kinds.contains($0) }
        }
        guard !missing.isEmpty else { return nil }
        let place = kinds.contains { missing.contains($0.kind) } ? " in some Namespaces" : ""
        let names = missing.map { $0.resource.plural }.joined(separator: " and ")
        return "the input has no \(names)\(place), so some owners of Pods are guessed from names; add them to kubectl get"
    }

    /// One line about Namespaces whose labels can matter and are not in the input; `nil` without any.
    ///
    /// If a policy selects by labels, the line is a gap of the audit instead.
    package var missingLabelsLine: String? { decider.selectsByLabels ? nil : unreadLabelsLine }

    private var unreadLabelsLine: String? {
        let decider = decider
        guard readsNamespaces, let known = decider.namespaces else { return nil }
        let unread = occupied.count { known[$0] == nil && decider.needsLabels(of: $0) }
        guard unread > 0 else { return nil }
        return "the labels of \(unread) Namespace\(unread == 1 ? "" : "s") are not in the input; use kubectl get namespaces,all"
    }

    // MARK: Bytes

    private mutating func consume(_ chunk: Span<UInt8>, in form: inout Form) throws(DecodingFailure) {
        if case .unknown = form, let first = Self.firstByte(of: chunk) {
            let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
            form = isJSON ? .json(ObjectSplitter()) : .yaml([])
        }
        switch form {
        case .unknown: break
        case .yaml(var bytes):
            form = .unknown
            for index in chunk.indices { bytes.append(chunk[index]) }
            form = .yaml(bytes)
        case .json(var splitter):
            form = .unknown
            try splitter.consume(chunk) { take($0) }
            form = .json(splitter)
        }
    }

    private static func firstByte(of chunk: Span<UInt8>) -> UInt8? {
        for index in chunk.indices {
            switch chunk[index] {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            case let byte: return byte
            }
        }
        return nil
    }

    private mutating func finish(_ form: Form, named name: String) {
        switch form {
        case .unknown: builder.miss("\(name): no object")
        case .json(let splitter):
            if splitter.hasMorePages {
                isCut = true
                builder.miss("\(name): the list has more pages (metadata.continue)")
            }
            do throws(DecodingFailure) {
                try splitter.finish()
            } catch {
                isCut = true
                builder.miss("\(name): \(error.locatedReason); the input is cut off")
            }
        case .yaml(let bytes):
            guard !form.isTooLong else {
                isCut = true
                return builder.miss("\(name): larger than \(Self.yamlByteLimit) bytes; use kubectl get -o json")
            }
            var isEmpty = true
            for document in ManifestStream(source: name, bytes: bytes, workloads: workloads) {
                if case .empty = document.content { continue }
                isEmpty = false
                take(document)
            }
            if isEmpty { builder.miss("\(name): no object") }
        }
    }

    // MARK: Objects

    private mutating func take(_ found: ObjectSplitter.Found, depth: Int = 0) {
        objects += 1
        do throws(UnreadableObject) {
            let object = try RunningObject(
                reading: found.text,
                apiVersion: found.listVersion,
                kind: found.listKind,
                among: workloads,
                keepingLabels: true
            )
            guard object.isList else { return take(object) }
            guard depth < Self.listDepthLimit else {
                isCut = true
                return builder.miss("lists in more than \(Self.listDepthLimit) lists were not read")
            }
            var inner = ObjectSplitter()
            // The object was read, so its text is valid.
            try? inner.consume(found.text.bytes.span) { take($0, depth: depth + 1) }
            if inner.hasMorePages {
                isCut = true
                builder.miss("a list in the input has more pages (metadata.continue)")
            }
        } catch {
            builder.miss(error.text)
        }
    }

    private mutating func take(_ document: ManifestDocument) {
        objects += 1
        guard case .object(let object, let node) = document.content else {
            return builder.miss(document.errorLine ?? "\(document.source): cannot be read")
        }
        do throws(DecodingFailure) {
            take(RunningObject(object: object, facts: try RunningFacts(reading: node, keepingLabels: true)))
        } catch {
            builder.miss("\(document.source): \(error.locatedReason)")
        }
    }

    private mutating func take(_ object: RunningObject) {
        guard !object.object.kind.isEmpty else { return builder.miss("an object has no kind, so it was not read") }
        if object.isNamespace { return take(namespace: object) }
        if let namespace, !object.object.metadata.namespace.hasSameBytes(as: namespace) { return }
        switch (object.object.content, object.identity.workloadKind) {
        case (.pod, _):
            if let controller = object.facts.controller, let kind = OwnerIdentity(controller, inNamespace: nil).workloadKind {
                claimedKinds.insert(NamespacedKind(kind: kind, namespace: object.object.metadata.namespace))
            }
            guard selects(object.facts.labels) else { return }
            occupied.insert(object.object.metadata.namespace)
            builder.fold.add(pod: object, knowing: builder.directory)
        case (.template, .podTemplate?): skip(object)
        case (.template, let kind?):
            kinds.insert(NamespacedKind(kind: kind, namespace: object.object.metadata.namespace))
            builder.directory.add(object.identity, controller: object.facts.controller)
            if selects(object.facts.templateLabels) { builder.fold.add(workload: object) }
        case (.otherWorkload(_, _?), _): if selects(object.facts.templateLabels) { builder.fold.add(workload: object) }
        case (.template, nil), (.otherWorkload, _), (.binding, _), (.other, _): skip(object)
        }
    }

    private mutating func take(namespace object: RunningObject) {
        guard readsNamespaces else { return }
        let name = object.object.metadata.name
        hasLateNamespaces = hasLateNamespaces || builder.fold.podCount > 0 && decider.needsLabels(of: name)
        builder.fold.add(namespace: name, labels: object.facts.labels)
    }

    private func selects(_ labels: [RunningLabel]) -> Bool { selector?.matches(labels) ?? true }

    private mutating func skip(_ object: RunningObject) {
        let kind = VisibleText.of(object.object.kind.cut(toBytes: 63))
        skipped[skipped.count < 64 || skipped[kind] != nil ? kind : "another kind", default: 0] += 1
    }
}

extension InputReading.Form {
    /// Whether the input is YAML beyond the limit.
    fileprivate var isTooLong: Bool {
        if case .yaml(let bytes) = self { bytes.count > InputReading.yamlByteLimit } else { false }
    }
}

extension RunningObject {
    /// Whether it is a Namespace.
    fileprivate var isNamespace: Bool { object.kind == "Namespace" && object.apiVersion == "v1" }

    /// Whether the kind is that of a list.
    fileprivate var isList: Bool {
        guard case .other = object.content else { return false }
        return object.kind.utf8.suffix(4).elementsEqual("List".utf8)
    }
}

extension DecodingFailure {
    /// The reason with its place.
    fileprivate var locatedReason: String {
        switch location {
        case .byteOffset(let offset): "byte \(offset): \(reason)"
        case .position(let position): "\(position): \(reason)"
        }
    }
}
