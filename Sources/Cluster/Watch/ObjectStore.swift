/// An object as it is kept.
package struct StoredObject<Value: Sendable & Equatable>: Sendable, Equatable {
    /// Distinguishes objects that had the same name one after another; empty if only a beginning of the object was ever received.
    package let uid: ObjectUID
    /// The version of the state; `nil` if the object is too large and its version does not stand in its beginning.
    package let resourceVersion: ResourceVersion?
    /// Counts the changes outside of metadata and status; 0 for kinds that don't count them.
    package let generation: Int64
    /// The decoded state.
    package let value: Value

    /// Keeps a decoded state of an object.
    package init(uid: ObjectUID, resourceVersion: ResourceVersion?, generation: Int64, value: Value) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
        self.value = value
    }
}

/// A change of the kept objects.
package enum ObjectChange<Value: Sendable & Equatable>: Sendable, Equatable {
    /// An object is new, or has another value.
    case set(key: String, StoredObject<Value>)
    /// An object is gone; this was its last state.
    case removed(key: String, StoredObject<Value>)

    /// The key of the object.
    package var key: String {
        switch self {
        case .set(let key, _), .removed(let key, _): key
        }
    }
}

/// The choice of the objects that are kept; the others take no memory.
package struct ObjectSelection: Sendable {
    /// The most objects that are kept.
    let countLimit: Int
    /// Tells whether an object is kept; of an object that is too large it sees the beginning.
    let isSelected: @Sendable (_ object: Span<UInt8>, _ header: ObjectHeader) -> Bool
    /// Is told of each selected object that is not kept because there are too many.
    let drop: @Sendable () -> Void

    /// A choice of at most so many objects.
    package init(
        atMost countLimit: Int,
        isSelected: @escaping @Sendable (_ object: Span<UInt8>, _ header: ObjectHeader) -> Bool,
        drop: @escaping @Sendable () -> Void
    ) {
        self.countLimit = countLimit
        self.isSelected = isSelected
        self.drop = drop
    }
}

/// The objects of a kind, by their ``ObjectHeader/key``.
package struct ObjectStore<Value: Sendable & Equatable>: Sendable {
    /// Makes what is kept of an object.
    ///
    /// `object` is the JSON text; of an object that is too large only the beginning, and `header.isCut` is set. `previous` is what is kept
    /// of an earlier state of the same object, for example to stay in force if this state is invalid.
    package typealias Decode = @Sendable (_ object: Span<UInt8>, _ header: ObjectHeader, _ previous: Value?) -> Value

    /// The objects.
    package private(set) var objects: [String: StoredObject<Value>] = [:]
    private let decode: Decode
    /// The choice of objects; `nil` keeps all.
    private let selection: ObjectSelection?

    /// An empty store.
    init(selection: ObjectSelection? = nil, decode: @escaping Decode) {
        self.selection = selection
        self.decode = decode
    }

    /// Takes a state of an object; returns the change, or `nil` if nothing changes or the state is older than the kept one.
    mutating func set(_ header: ObjectHeader, _ object: Span<UInt8>) -> ObjectChange<Value>? {
        let (key, kept) = (header.key, objects[header.key])
        if let kept, kept.uid == ObjectUID(header.uid), let version = kept.resourceVersion,
            header.resourceVersion?.isNotNewer(than: version) == true
        {
            return nil
        }
        guard isKept(header, object, beside: objects) else { return remove(key) }
        let new = stored(header, object, replacing: kept)
        objects[key] = new
        return kept?.value == new.value && kept?.uid == new.uid ? nil : .set(key: key, new)
    }

    /// Whether an object of this name is kept that may be the one of a header.
    func holds(_ header: ObjectHeader) -> Bool {
        guard let kept = objects[header.key] else { return false }
        return header.uid.isEmpty || kept.uid.isEmpty || kept.uid == ObjectUID(header.uid)
    }

    /// Removes an object; returns the change, or `nil` if it is not kept.
    mutating func remove(_ key: String) -> ObjectChange<Value>? {
        objects.removeValue(forKey: key).map { .removed(key: key, $0) }
    }

    /// Adds an object to a list that is being received.
    func add(_ header: ObjectHeader, _ object: Span<UInt8>, to list: inout ObjectList<Value>) {
        guard isKept(header, object, beside: list.objects) else { return }
        let index = objects.index(forKey: header.key)
        // The kept key shares its memory with the list.
        let key = index.map { objects[$0].key } ?? header.key
        list.objects[key] = stored(header, object, replacing: index.map { objects[$0].value })
    }

    /// Replaces all objects by those of a complete list; returns the changes, removals first, sorted by key.
    ///
    /// If some objects of the list could not be read, nothing is removed, because one of them may be any of the absent ones.
    mutating func replace(with list: ObjectList<Value>) -> [ObjectChange<Value>] {
        var new = list.objects
        var removed: [ObjectChange<Value>] = []
        var set: [ObjectChange<Value>] = []
        for (key, object) in objects where new[key] == nil {
            if list.unreadableCount == 0 { removed.append(.removed(key: key, object)) } else { new[key] = object }
        }
        for (key, object) in new {
            let kept = objects[key]
            if kept?.value != object.value || kept?.uid != object.uid { set.append(.set(key: key, object)) }
        }
        objects = new
        // Keys are ASCII, so this is the order of their bytes.
        return removed.sorted { $0.key < $1.key } + set.sorted { $0.key < $1.key }
    }

    private func isKept(_ header: ObjectHeader, _ object: Span<UInt8>, beside others: [String: StoredObject<Value>]) -> Bool {
        guard let selection else { return true }
        guard selection.isSelected(object, header) else { return false }
        if others.count < selection.countLimit || others[header.key] != nil { return true }
        selection.drop()
        return false
    }

    private func stored(_ header: ObjectHeader, _ object: Span<UInt8>, replacing kept: StoredObject<Value>?) -> StoredObject<Value> {
        let uid = ObjectUID(header.uid)
        let previous = kept.flatMap { $0.uid.isEmpty || uid.isEmpty || $0.uid == uid ? $0 : nil }
        let value = decode(object, header, previous?.value)
        // Unchanged texts share the memory of the kept state, so a list of the same objects takes little.
        return StoredObject(
            uid: previous.flatMap { $0.uid.isEmpty ? nil : $0.uid } ?? uid,
            resourceVersion: header.resourceVersion,
            generation: header.generation,
            value: previous.flatMap { $0.value == value ? $0.value : nil } ?? value
        )
    }
}

/// The part of a list that has been received.
struct ObjectList<Value: Sendable & Equatable>: Sendable {
    /// The objects by their keys.
    var objects: [String: StoredObject<Value>] = [:]
    /// The number of objects that could not be read.
    var unreadableCount = 0
    /// The version of the first page.
    ///
    /// All pages have the same. If one has not, a watch from the first page's version brings what the later pages know already.
    var version: ResourceVersion?
    /// The token of the page that is asked for; `nil` for the first page.
    var token: String?
    /// The number of pages that were received.
    var pageCount = 0
}
