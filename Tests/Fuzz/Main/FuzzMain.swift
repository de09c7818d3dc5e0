import Glibc

/// The target that the environment names; the fuzzer runs one at a time.
private let target: FuzzTarget = {
    let name = unsafe getenv("PODSCORE_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        fatalError("PODSCORE_FUZZ_TARGET is to be one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return target
}()

/// The function that libFuzzer calls for each input; a finding ends the process, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Safety: libFuzzer's bytes are valid during the call, and are copied first.
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    do {
        try target.check(input)
    } catch {
        fatalError("finding of target \(target.rawValue): \(error)")
    }
    return 0
}
