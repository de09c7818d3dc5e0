/// A part of the model that many objects don't say, so that those that don't are small: nothing is allocated before something is set.
///
/// A class because it is kept outside of what refers to it; it never changes.
package final class SecuritySettingsBox: Sendable {
    /// The part.
    package let value: SecuritySettings

    /// The bytes that the part takes when it is there, with the object's header and what the allocator adds.
    static var byteCount: Int { MemoryLayout<SecuritySettings>.stride + 32 }

    /// Keeps the part.
    package init(_ value: consuming SecuritySettings) {
        self.value = value
    }
}

/// As ``SecuritySettingsBox``, for what hardly any container says.
package final class RareSecuritySettingsBox: Sendable {
    /// The part.
    package let value: RareSecuritySettings

    /// The bytes that the part takes when it is there, with the object's header and what the allocator adds.
    static var byteCount: Int { MemoryLayout<RareSecuritySettings>.stride + 32 }

    /// Keeps the part.
    package init(_ value: consuming RareSecuritySettings) {
        self.value = value
    }
}

/// As ``SecuritySettingsBox``, for requests and limits.
package final class ResourceAmountsBox: Sendable {
    /// The part.
    package let value: ResourceAmounts

    /// The bytes that the part takes when it is there, with the object's header and what the allocator adds.
    static var byteCount: Int { MemoryLayout<ResourceAmounts>.stride + 32 }

    /// Keeps the part.
    package init(_ value: consuming ResourceAmounts) {
        self.value = value
    }
}
