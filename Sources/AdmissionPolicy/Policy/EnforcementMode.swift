/// The strongest thing the whole server may do, whatever its policies say.
package enum EnforcementMode: String, Sendable, CaseIterable {
    /// Policies act as they are written.
    case enforce
    /// What would be denied is allowed with warnings, annotated and counted.
    case warn
    /// What would be denied or warned about is allowed, annotated, logged and counted.
    case audit
}
