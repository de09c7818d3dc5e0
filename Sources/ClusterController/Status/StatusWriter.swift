package import AdmissionPolicy
package import Cluster
package import KubernetesAPI
package import Platform
import PolicySources

/// The result of writing the status of all policies and waivers.
package struct StatusResult: Sendable, Equatable {
    /// The policies and waivers that were read.
    package var objectCount = 0
    /// Those whose status was right already.
    package var unchangedCount = 0
    /// The outcome of each write.
    package var outcomes: [WriteOutcome] = []
    /// The reasons of failures, each once, one per line.
    package var problems: [String] = []

    /// Nothing was read or written.
    package init() {}

    /// The most problems that are kept.
    private static let problemLimit = 20

    /// Notes a problem.
    mutating func note(_ problem: String) {
        if problems.count < Self.problemLimit, !problems.contains(problem) { problems.append(problem) }
    }
}

/// Writes the status of policies and waivers, where it is not right yet.
///
/// The objects are listed with their status, so that nothing is written that is there already. A status is written for the version of the
/// object that was read, so of two controllers that write at once the second one sees what the first has written, and writes nothing.
package struct StatusWriter: Sendable {
    /// An object with its stored status.
    private struct Listed: Sendable {
        let state: PolicyObjectState
        let identity: PolicyObject.Identity
        let resourceVersion: String
        let stored: ObjectStatus
    }

    /// The most attempts to write the status of an object that others change meanwhile.
    private static let attemptLimit = 5

    private let client: APIClient
    private let writer: ObjectWriter
    private let now: @Sendable () -> UnixTime

    /// A writer through a client.
    ///
    /// - Parameters:
    ///   - client: lists the objects.
    ///   - writer: writes their status.
    ///   - now: the time, for conditions that change.
    package init(_ client: APIClient, writer: ObjectWriter, now: @escaping @Sendable () -> UnixTime = { .now }) {
        self.client = client
        self.writer = writer
        self.now = now
    }

    /// Lists all policies and waivers, and writes the status of each for which it is not right.
    ///
    /// A kind that cannot be listed is left as it is. The order of writes is that of kinds and names.
    ///
    /// - Parameters:
    ///   - files: the policies and waivers of files, which win over objects.
    ///   - namespaces: the Namespaces; `nil` if they are not known, so that the Namespaces of each stored status stay.
    ///   - today: the day, in UTC.
    /// - Returns: what was written.
    package func write(beside files: PolicySet, namespaces: NamespaceDirectory?, on today: CivilDate) async -> StatusResult {
        var result = StatusResult()
        var objects: [Listed] = []
        for kind in PolicyKind.allCases {
            do throws(APIError) {
                objects += try await list(kind)
            } catch {
                if Task.isCancelled { return result }
                result.note("\(error)")
            }
        }
        result.objectCount = objects.count
        let findings = PolicyFindings(files: files, objects: objects.map(\.state), namespaces: namespaces, on: today)
        // An older CustomResourceDefinition has no fields for Namespaces.
        var hasNamespaces = true
        for object in objects {
            guard let found = findings.findings(about: object.state) else { continue }
            switch await write(found, to: object, &hasNamespaces, &result) {
            case .cancelled, .notInstalled: return result
            default: break
            }
        }
        return result
    }

    /// Writes the status of an object unless it is right; `nil` if it was.
    private func write(
        _ found: ObjectFindings,
        to listed: Listed,
        _ hasNamespaces: inout Bool,
        _ result: inout StatusResult
    ) async -> WriteOutcome? {
        var object = listed
        for _ in 0..<Self.attemptLimit {
            var status = found.status(of: object.identity.generation, after: object.stored, at: now().inSeconds)
            if !hasNamespaces { status.namespaces = nil }
            guard !status.isContained(in: object.stored) else {
                result.unchangedCount += 1
                return nil
            }
            let outcome = await apply(status, to: object)
            switch outcome {
            case .unknownField(let problem) where hasNamespaces:
                hasNamespaces = false
                result.note("\(problem); the CustomResourceDefinition is older than this program, so upgrade it")
            case .conflict:
                guard let newer = await read(object, &result) else { return finish(.gone, &result) }
                // A newer spec has other findings, which the next pass makes.
                guard newer.identity.generation == object.identity.generation else { return finish(.conflict, &result) }
                object = newer
            default: return finish(outcome, &result)
            }
        }
        return finish(.conflict, &result)
    }

    private func finish(_ outcome: WriteOutcome, _ result: inout StatusResult) -> WriteOutcome {
        result.outcomes.append(outcome)
        switch outcome {
        case .refused(let problem), .failed(let problem), .unknownField(let problem): result.note(problem)
        case .written, .conflict, .gone, .tooLarge, .notInstalled, .cancelled: break
        }
        return outcome
    }

    private func apply(_ status: ObjectStatus, to object: Listed) async -> WriteOutcome {
        guard let name = ObjectName(object.identity.name) else { return .gone }
        return await writer.apply(
            status.applied(to: object.identity, resourceVersion: object.resourceVersion),
            to: object.identity.kind.resource,
            namespace: nil,
            name: name,
            subresource: "status"
        )
    }

    /// Reads an object again, with the right to list; `nil` if it is gone, or another one has its name.
    private func read(_ object: Listed, _ result: inout StatusResult) async -> Listed? {
        do throws(APIError) {
            let found = try await list(object.identity.kind, query: [("fieldSelector", "metadata.name=\(object.identity.name)")]).first
            return found.flatMap { $0.identity.uid.hasSameBytes(as: object.identity.uid) ? $0 : nil }
        } catch {
            result.note("\(error)")
            return nil
        }
    }

    /// The objects of a kind, in the order of their names; without those that cannot be read, of which not even the name may be known.
    private func list(_ kind: PolicyKind, query: [(name: String, value: String)] = []) async throws(APIError) -> [Listed] {
        let decode = ClusterPolicies.decoder(of: kind)
        let listed = try await client.list(kind.resource, query: query) { object -> Listed? in
            let bytes = object.bytes.span
            guard !object.isCut, let header = try? ObjectHeader(reading: bytes), let version = header.resourceVersion else { return nil }
            let state = decode(bytes, header, nil)
            guard let identity = state.newest else { return nil }
            // A status that cannot be read is replaced.
            let stored = (try? ObjectStatus(reading: bytes)) ?? ObjectStatus()
            return Listed(state: state, identity: identity, resourceVersion: version.text, stored: stored)
        }
        // Names are ASCII, so this is the order of their bytes.
        return listed.elements.sorted { $0.identity.name < $1.identity.name }
    }
}

extension UnixTime {
    /// The time in seconds, such as `2026-11-28T08:09:37Z`.
    var inSeconds: String {
        let day = CivilDate(self)
        let second = seconds - day.daysSinceEpoch * 86_400
        func pair(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day)T\(pair(second / 3_600)):\(pair(second / 60 % 60)):\(pair(second % 60))Z"
    }
}
