/// The objects of one kind with their history, as an API server has them.
struct FakeEtcd {
    /// A change.
    struct Event {
        let type: String
        let object: FakeObject

        var line: String { #"{"type":"\#(type)","object":\#(object.json)}"# }
    }

    /// Objects of a page, or the answer that the token expired.
    struct Page {
        var objects: [FakeObject]
        var version: Int
        var token: String?
    }

    private(set) var objects: [String: FakeObject] = [:]
    /// The version of the latest change.
    private(set) var version = 100
    /// Each state that an object had, by its version.
    private(set) var states: [Int: FakeObject] = [:]
    private var events: [Event] = []
    /// Events up to here are forgotten.
    private(set) var compacted = 100
    private var snapshots: [Int: [FakeObject]] = [:]
    private var created = 0

    /// Creates or changes an object.
    mutating func put(_ name: String, number: Int64) {
        version += 1
        let old = objects[name]
        if old == nil { created += 1 }
        let object = FakeObject(name, uid: old?.uid ?? "uid-\(created)", version: version, number: number)
        objects[name] = object
        states[version] = object
        events.append(Event(type: old == nil ? "ADDED" : "MODIFIED", object: object))
    }

    /// Deletes an object if there is one of the name.
    mutating func delete(_ name: String) {
        guard var last = objects.removeValue(forKey: name) else { return }
        version += 1
        last.version = version
        events.append(Event(type: "DELETED", object: last))
    }

    /// Forgets all that is older than the newest state.
    mutating func compact() {
        compacted = version
        events.removeAll()
        snapshots.removeAll()
    }

    /// A page; `nil` for a token that expired.
    mutating func page(after token: String?, size: Int) -> Page? {
        let parts = token?.split(separator: "-").compactMap { Int($0) } ?? [version, 0]
        if token == nil { snapshots[version] = objects.values.sorted { $0.name < $1.name } }
        guard let all = snapshots[parts[0]] else { return nil }
        let rest = all.dropFirst(parts[1])
        let token = rest.count > size ? "\(parts[0])-\(parts[1] + size)" : nil
        return Page(objects: Array(rest.prefix(size)), version: parts[0], token: token)
    }

    /// The changes after a version; `nil` if they are forgotten.
    func changes(after version: Int) -> [Event]? {
        version < compacted ? nil : events.filter { $0.object.version > version }
    }
}
