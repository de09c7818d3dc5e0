import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// Says what edits change and where: `container "web": set securityContext.privileged: false`.
struct EditDescription {
    /// The object before the edits.
    let node: ManifestNode
    /// The path of its Pod spec.
    let specification: [FieldEdit.Step]

    /// The most places that are named before the rest is counted.
    private static let placeLimit = 3

    /// The edits as one line; places with the same edit are named together.
    func text(of edits: [FieldEdit]) -> String {
        var groups: [(what: String, places: [String])] = []
        for edit in edits {
            let (place, field) = place(of: edit.path)
            let what = what(edit, field)
            if let index = groups.firstIndex(where: { $0.what == what }) {
                if !groups[index].places.contains(place) { groups[index].places.append(place) }
            } else {
                groups.append((what, [place]))
            }
        }
        return groups.map { group in
            let named = group.places.prefix(Self.placeLimit).joined(separator: ", ")
            let rest = group.places.count - Self.placeLimit
            return "\(named)\(rest > 0 ? " and \(rest) more" : ""): \(group.what)"
        }.joined(separator: "; ")
    }

    /// Returns an edit as a clause, such as `remove hostPID`.
    private func what(_ edit: FieldEdit, _ field: [FieldEdit.Step]) -> String {
        switch edit.operation {
        case .set(let scalar): return "set \(field.text): \(scalar.plainText)"
        case .append(let text): return "add \(text) to \(field.text)"
        case .remove:
            guard case .index = field.last else { return "remove \(field.text)" }
            let element = node.value(at: edit.path)
            let name = element?.text ?? element?["name"]?.text ?? field.text
            return "remove \(DisplayText.oneLine(name, byteLimit: 63)) from \(Array(field.dropLast()).text)"
        }
    }

    /// The container or the Pod with a field, and the path of the field in it.
    private func place(of path: [FieldEdit.Step]) -> (place: String, field: [FieldEdit.Step]) {
        guard path.starts(with: specification) else { return ("object", path) }
        let rest = Array(path.dropFirst(specification.count))
        guard rest.count > 2, case .key(let list) = rest[0], case .index(let index) = rest[1],
            let noun = ContainerList(rawValue: list)?.noun
        else { return ("Pod", rest) }
        let name = node.value(at: path.prefix(specification.count + 2))?["name"]?.text
        let shown = name.map { "\"\(DisplayText.oneLine($0, byteLimit: 63))\"" } ?? String(index)
        return ("\(noun) \(shown)", Array(rest.dropFirst(2)))
    }
}

extension ContainerList {
    /// The word for a container of the list.
    fileprivate var noun: String {
        switch self {
        case .initContainers: "init container"
        case .containers: "container"
        case .ephemeralContainers: "ephemeral container"
        }
    }
}
