/// A small policy.
struct FakeObject: Sendable, Equatable {
    var name: String
    var uid: String
    var version: Int
    /// The content.
    var number: Int64
    /// Bytes that make the object larger.
    var padding = 0

    init(_ name: String, uid: String? = nil, version: Int, number: Int64 = 0, padding: Int = 0) {
        (self.name, self.uid, self.version, self.number, self.padding) = (name, uid ?? "uid-\(name)", version, number, padding)
    }

    var json: String {
        #"{"apiVersion":"podscore.dev/v1alpha1","kind":"ScorePolicy","metadata":{"generation":1,"name":"\#(name)","#
            + #""resourceVersion":"\#(version)","uid":"\#(uid)"},"spec":{"padding":"\#(String(repeating: "x", count: padding))","#
            + #""number":\#(number)}}"#
    }
}
