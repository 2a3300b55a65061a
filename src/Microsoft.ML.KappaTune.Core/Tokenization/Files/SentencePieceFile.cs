using Google.Protobuf;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// What tokenizers need of a SentencePiece model, a protocol buffer message. Google.Protobuf, which reads it, comes with
/// Microsoft.ML.Tokenizers.
/// </summary>
internal sealed class SentencePieceFile
{
    /// <summary>The two algorithms there is a reader for.</summary>
    public enum Algorithm
    {
        Unigram = 1,
        Bpe = 2,
    }

    /// <summary>What a piece is for; normal ones aren't named.</summary>
    public enum PieceKind
    {
        Normal = 1,
        Control = 3,
        UserDefined = 4,
    }

    public readonly record struct Piece(string Text, float Score, PieceKind Kind);

    private SentencePieceFile(string path) => Path = path;

    public string Path { get; }

    public List<Piece> Pieces { get; } = [];

    public Algorithm Type { get; private set; } = Algorithm.Unigram;

    public string UnknownPiece { get; private set; } = "<unk>";

    /// <summary>The normalization rules; empty for none.</summary>
    public byte[] CharsMap { get; private set; } = [];

    /// <exception cref="CheckpointFormatException">It isn't a SentencePiece model, or its algorithm isn't understood.</exception>
    public static SentencePieceFile Read(string path, byte[] bytes)
    {
        var file = new SentencePieceFile(path);
        try
        {
            // On bytes that are all there, a field that claims more of them fails before anything is allocated for it.
            ReadFields(new CodedInputStream(bytes), file.ReadModelField);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new CheckpointFormatException(path, "the file isn't a SentencePiece model", JsonFile.Remedy, innerException: e);
        }

        if (file.Pieces.Count == 0)
            throw file.Fault("the file isn't a SentencePiece model: it has no pieces", "pieces");
        if (file.Type is not (Algorithm.Unigram or Algorithm.Bpe))
            throw file.Fault($"the algorithm {(int)file.Type} isn't understood, only 1 (unigram) and 2 (BPE)", "trainer_spec.model_type");
        if (file.Pieces.FindIndex(piece => !float.IsFinite(piece.Score)) is var index and >= 0)
            throw file.Fault($"the score is {file.Pieces[index].Score}", $"pieces[{index}].score");
        return file;
    }

    public CheckpointFormatException Fault(string reason, string field) => new(Path, reason, JsonFile.Remedy, field: field);

    private bool ReadModelField(CodedInputStream input, uint tag)
    {
        switch (tag)
        {
            case 1 << 3 | 2:
                Pieces.Add(ReadPiece(input.ReadBytes().CreateCodedInput()));
                return true;
            case 2 << 3 | 2:
                ReadFields(input.ReadBytes().CreateCodedInput(), ReadTrainerField);
                return true;
            case 3 << 3 | 2:
                ReadFields(input.ReadBytes().CreateCodedInput(), ReadNormalizerField);
                return true;
            default:
                return false;
        }
    }

    private static Piece ReadPiece(CodedInputStream message)
    {
        var piece = new Piece("", 0, PieceKind.Normal);
        ReadFields(message, (input, tag) =>
        {
            switch (tag)
            {
                case 1 << 3 | 2:
                    piece = piece with { Text = input.ReadString() };
                    return true;
                case 2 << 3 | 5:
                    piece = piece with { Score = input.ReadFloat() };
                    return true;
                case 3 << 3 | 0:
                    piece = piece with { Kind = (PieceKind)input.ReadEnum() };
                    return true;
                default:
                    return false;
            }
        });
        return piece;
    }

    private bool ReadTrainerField(CodedInputStream input, uint tag)
    {
        switch (tag)
        {
            case 3 << 3 | 0:
                Type = (Algorithm)input.ReadEnum();
                return true;
            case 45 << 3 | 2:
                UnknownPiece = input.ReadString();
                return true;
            default:
                return false;
        }
    }

    private bool ReadNormalizerField(CodedInputStream input, uint tag)
    {
        if (tag != (2 << 3 | 2))
            return false;
        CharsMap = input.ReadBytes().ToByteArray();
        return true;
    }

    private static void ReadFields(CodedInputStream input, Func<CodedInputStream, uint, bool> read)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (!read(input, tag))
                input.SkipLastField();
        }
    }
}
