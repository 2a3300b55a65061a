using System.Text;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>Safetensors files that must be refused, each with what the message must name.</summary>
internal sealed record BadFile(byte[] Bytes, string? Tensor, string? Field)
{
    private const string Good = """{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""";

    public static IReadOnlyDictionary<string, BadFile> All { get; } = new Dictionary<string, BadFile>
    {
        ["empty"] = new([], null, "header length"),
        ["under 8 bytes"] = new([16, 0, 0, 0, 0, 0, 0], null, "header length"),
        ["8 bytes of nothing"] = new(new byte[8], null, "header length"),
        ["header length 0"] = new(SafetensorsBytes.WithLength(0, "{}"u8.ToArray(), 0), null, "header length"),
        ["header length over the file"] = new(SafetensorsBytes.WithLength(3, "{}"u8.ToArray(), 0), null, "header length"),
        ["header length 2^64 - 1"] = new(SafetensorsBytes.WithLength(ulong.MaxValue, "{}"u8.ToArray(), 0), null, "header length"),
        ["header length 2^63"] = new(SafetensorsBytes.WithLength(1ul << 63, "{}"u8.ToArray(), 0), null, "header length"),
        ["header not UTF-8"] =
            new(SafetensorsBytes.Of([(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}'], 0), null, "header"),
        ["header with half a surrogate pair"] = new(SafetensorsBytes.Of("""{"\ud800":""" + Good + "}", 8), null, "header"),
        ["header not JSON"] = Header("tensors"),
        ["header truncated"] = Header("""{"w":{"dtype":"F32","shape":[2]"""),
        ["header ends in a name"] = Header("""{"w"""),
        ["header only spaces"] = Header("        "),
        ["header with a byte order mark"] = Header("\ufeff{}"),
        ["header with a comment"] = Header("{/* */}"),
        ["header with a trailing comma"] = Header("""{"w":""" + Good + ",}", 8),
        ["header followed by another"] = Header("{}{}"),
        ["header followed by zeros"] = Header("{}\0\0"),
        ["array at the root"] = Header("[]"),
        ["null at the root"] = Header("null"),
        ["string at the root"] = Header("\"{}\""),
        ["number at the root"] = Header("1"),
        ["arrays nested 10,000 deep"] = Header("{\"w\":" + new string('[', 10_000) + new string(']', 10_000) + "}", tensor: "w"),
        ["objects nested 10,000 deep"] = Header(string.Concat(Enumerable.Repeat("{\"w\":", 10_000)) + "1" + new string('}', 10_000)),
        ["an unknown field nested 10,000 deep"] = Header("{\"w\":{\"x\":" + new string('[', 10_000) + new string(']', 10_000) + "}}"),
        ["duplicate names"] = Header($$$"""{"w":{{{Good}}},"w":{{{Good}}}}""", 8, "w"),
        ["duplicate names, one escaped"] = Header($$$"""{"w":{{{Good}}},"\u0077":{{{Good}}}}""", 8, "w"),
        ["duplicate metadata"] = Header("""{"__metadata__":{},"__metadata__":{}}""", tensor: "__metadata__"),
        ["metadata value a number"] = Header("""{"__metadata__":{"format":1}}""", field: "__metadata__"),
        ["metadata value null"] = Header("""{"__metadata__":{"format":null}}""", field: "__metadata__"),
        ["metadata value an object"] = Header("""{"__metadata__":{"format":{}}}""", field: "__metadata__"),
        ["metadata a list"] = Header("""{"__metadata__":[]}""", field: "__metadata__"),
        ["metadata null"] = Header("""{"__metadata__":null}""", field: "__metadata__"),
        ["metadata key twice"] = Header("""{"__metadata__":{"a":"1","a":"2"}}""", field: "__metadata__"),
        ["description a number"] = Header("""{"w":1}""", tensor: "w"),
        ["description null"] = Header("""{"w":null}""", tensor: "w"),
        ["description empty"] = Header("""{"w":{}}""", tensor: "w", field: "dtype"),
        ["dtype missing"] = Header("""{"w":{"shape":[2],"data_offsets":[0,8]}}""", 8, "w", "dtype"),
        ["shape missing"] = Header("""{"w":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "w", "shape"),
        ["offsets missing"] = Header("""{"w":{"dtype":"F32","shape":[2]}}""", 8, "w", "data_offsets"),
        ["dtype twice"] = Header("""{"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "w", "dtype"),
        ["shape twice"] = Header("""{"w":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}""", 8, "w", "shape"),
        ["dtype unknown, of too few bytes"] = OneTensor("\"F31\"", "[65]", "[0,8]", "data_offsets"),
        ["dtype unknown, of too many bytes"] = OneTensor("\"F31\"", "[0]", "[0,8]", "data_offsets"),
        ["dtype a number"] = OneTensor("32", "[2]", "[0,8]", "dtype"),
        ["dtype null"] = OneTensor("null", "[2]", "[0,8]", "dtype"),
        ["shape negative"] = OneTensor("\"F32\"", "[-2]", "[0,8]", "shape"),
        ["shape twice negative"] = OneTensor("\"F32\"", "[-1,-2]", "[0,8]", "shape"),
        ["shape minus zero"] = OneTensor("\"F32\"", "[-0]", "[0,8]", "shape"),
        ["shape fractional"] = OneTensor("\"F32\"", "[2.0]", "[0,8]", "shape"),
        ["shape with an exponent"] = OneTensor("\"F32\"", "[2e0]", "[0,8]", "shape"),
        ["shape of strings"] = OneTensor("\"F32\"", "[\"2\"]", "[0,8]", "shape"),
        ["shape a number"] = OneTensor("\"F32\"", "2", "[0,8]", "shape"),
        ["shape null"] = OneTensor("\"F32\"", "null", "[0,8]", "shape"),
        ["shape nested"] = OneTensor("\"F32\"", "[[2]]", "[0,8]", "shape"),
        ["shape over 64 bits"] = OneTensor("\"F32\"", "[18446744073709551618]", "[0,8]", "shape"),
        ["offsets negative"] = OneTensor("\"F32\"", "[2]", "[-8,0]", "data_offsets"),
        ["offsets fractional"] = OneTensor("\"F32\"", "[2]", "[0,8.0]", "data_offsets"),
        ["offsets of strings"] = OneTensor("\"F32\"", "[2]", "[\"0\",\"8\"]", "data_offsets"),
        ["offsets a string"] = OneTensor("\"F32\"", "[2]", "\"0,8\"", "data_offsets"),
        ["one offset"] = OneTensor("\"F32\"", "[2]", "[8]", "data_offsets"),
        ["three offsets"] = OneTensor("\"F32\"", "[2]", "[0,4,8]", "data_offsets"),
        ["offsets over 64 bits"] = OneTensor("\"F32\"", "[2]", "[0,18446744073709551615]", "data_offsets"),
        ["end before begin"] = OneTensor("\"F32\"", "[2]", "[8,0]", "data_offsets"),
        ["end out of the buffer"] = OneTensor("\"F32\"", "[4]", "[0,16]", "data_offsets"),
        ["all out of the buffer"] = OneTensor("\"F32\"", "[2]", "[8000,8008]", "data_offsets"),
        ["offsets near 2^63"] = OneTensor("\"F32\"", "[2]", "[9223372036854775799,9223372036854775807]", "data_offsets"),
        ["two bytes short"] = new(SafetensorsBytes.Tensor("\"F32\"", "[2]", "[0,8]", 6), "w", "data_offsets"),
        ["trailing bytes"] = new(SafetensorsBytes.Tensor("\"F32\"", "[2]", "[0,8]", 9), null, "data_offsets"),
        ["data without tensors"] = Header("{}", 4, field: "data_offsets"),
        ["a hole in front"] = new(SafetensorsBytes.Tensor("\"F32\"", "[2]", "[4,12]", 12), "w", "data_offsets"),
        ["a hole between"] = Two("[0,8]", "[12,20]", 20),
        ["overlap by one value"] = Two("[0,8]", "[4,12]", 12),
        ["overlap of the whole"] = Two("[0,8]", "[0,8]", 8),
        ["an empty tensor inside another"] =
            Header("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"z":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", 8,
                "z", "data_offsets"),
        ["size below shape times dtype"] = OneTensor("\"F32\"", "[3]", "[0,8]", "data_offsets"),
        ["size above shape times dtype"] = OneTensor("\"F32\"", "[1]", "[0,8]", "data_offsets"),
        ["rank 0 of 8 bytes"] = OneTensor("\"F32\"", "[]", "[0,8]", "data_offsets"),
        ["shape product overflows to 2^64"] = OneTensor("\"F32\"", "[4294967296,4294967296]", "[0,8]", "shape"),
        // 4194305 * 4194305 * 211106198978564 = 2^192 wraps around to a small number in 64 bits.
        ["shape product overflows to a small number"] = OneTensor("\"F32\"", "[4194305,4194305,211106198978564]", "[0,8]", "shape"),
        ["shape times dtype overflows"] = OneTensor("\"F64\"", "[2305843009213693953]", "[0,8]", "shape"),
        ["name with NUL"] = Header("""{"w\u0000":""" + Good + "}", 8, "w\0", "name"),
        ["name with .."] = Header("""{"../w":""" + Good + "}", 8, "../w", "name"),
    };

    private static BadFile Header(string header, int dataLength = 0, string? tensor = null, string? field = null) =>
        new(SafetensorsBytes.Of(Encoding.UTF8.GetBytes(header), dataLength), tensor, field ?? (tensor is null ? "header" : null));

    private static BadFile OneTensor(string dtype, string shape, string offsets, string field) =>
        new(SafetensorsBytes.Tensor(dtype, shape, offsets, 8), "w", field);

    private static BadFile Two(string first, string second, int dataLength) => Header(
        $$$"""{"v":{"dtype":"F32","shape":[2],"data_offsets":{{{first}}}},"w":{"dtype":"F32","shape":[2],"data_offsets":{{{second}}}}}""",
        dataLength, "w", "data_offsets");
}
