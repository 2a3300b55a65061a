using Google.Protobuf;

namespace Microsoft.ML.Tokenizers;

/// <summary>What the tokenizers need of a SentencePiece model file, a protocol buffer message.</summary>
internal sealed class ModelProto
{
    public enum ModelType
    {
        Unigram = 1,
        Bpe = 2,
    }

    public enum PieceType
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    public readonly record struct VocabularyPiece(string Text, float Score, PieceType Type);

    public List<VocabularyPiece> Pieces { get; } = [];

    public ModelType Type { get; private set; } = ModelType.Unigram;

    public bool TreatWhitespaceAsSuffix { get; private set; }

    public bool ByteFallback { get; private set; }

    public int UnknownId { get; private set; }

    public int BeginId { get; private set; } = 1;

    public int EndId { get; private set; } = 2;

    public string UnknownPiece { get; private set; } = "<unk>";

    public string BeginPiece { get; private set; } = "<s>";

    public string EndPiece { get; private set; } = "</s>";

    public bool AddDummyPrefix { get; private set; } = true;

    public bool RemoveExtraWhitespaces { get; private set; } = true;

    public bool EscapeWhitespaces { get; private set; } = true;

    /// <summary>The normalization rules; null for none.</summary>
    public CharsMap? CharsMap { get; private set; }

    /// <summary>Reads a model; a file that isn't one is an <see cref="InvalidProtocolBufferException"/> or an <see cref="InvalidDataException"/>.</summary>
    public static ModelProto Read(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        // On bytes that are all there, a field that claims more of them fails before anything is allocated for it.
        var input = new CodedInputStream(memory.ToArray());
        var model = new ModelProto();
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case 1 << 3 | 2:
                    model.Pieces.Add(ReadPiece(input.ReadBytes().CreateCodedInput()));
                    break;
                case 2 << 3 | 2:
                    model.ReadTrainerSpec(input.ReadBytes().CreateCodedInput());
                    break;
                case 3 << 3 | 2:
                    model.ReadNormalizerSpec(input.ReadBytes().CreateCodedInput());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        model.Check();
        return model;
    }

    private static VocabularyPiece ReadPiece(CodedInputStream input)
    {
        string text = "";
        float score = 0;
        PieceType type = PieceType.Normal;
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case 1 << 3 | 2:
                    text = input.ReadString();
                    break;
                case 2 << 3 | 5:
                    score = input.ReadFloat();
                    break;
                case 3 << 3 | 0:
                    type = (PieceType)input.ReadEnum();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return new VocabularyPiece(text, score, type);
    }

    private void ReadTrainerSpec(CodedInputStream input)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case 3 << 3 | 0:
                    Type = (ModelType)input.ReadEnum();
                    break;
                case 24 << 3 | 0:
                    TreatWhitespaceAsSuffix = input.ReadBool();
                    break;
                case 35 << 3 | 0:
                    ByteFallback = input.ReadBool();
                    break;
                case 40 << 3 | 0:
                    UnknownId = input.ReadInt32();
                    break;
                case 41 << 3 | 0:
                    BeginId = input.ReadInt32();
                    break;
                case 42 << 3 | 0:
                    EndId = input.ReadInt32();
                    break;
                case 45 << 3 | 2:
                    UnknownPiece = input.ReadString();
                    break;
                case 46 << 3 | 2:
                    BeginPiece = input.ReadString();
                    break;
                case 47 << 3 | 2:
                    EndPiece = input.ReadString();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    private void ReadNormalizerSpec(CodedInputStream input)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case 2 << 3 | 2:
                    CharsMap = CharsMap.Read(input.ReadBytes().Span);
                    break;
                case 3 << 3 | 0:
                    AddDummyPrefix = input.ReadBool();
                    break;
                case 4 << 3 | 0:
                    RemoveExtraWhitespaces = input.ReadBool();
                    break;
                case 5 << 3 | 0:
                    EscapeWhitespaces = input.ReadBool();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    private void Check()
    {
        if (Type is not (ModelType.Unigram or ModelType.Bpe))
            throw new ArgumentException($"The model type '{Type}' is not supported.");
        if (Pieces.Count == 0)
            throw new InvalidDataException("The SentencePiece model has no pieces.");
        if (UnknownId < 0 || UnknownId >= Pieces.Count)
            throw new InvalidDataException($"The SentencePiece model has {Pieces.Count} pieces, and {UnknownId} is its unknown one.");
        foreach (VocabularyPiece piece in Pieces)
        {
            if (!float.IsFinite(piece.Score))
                throw new InvalidDataException($"The SentencePiece model gives the piece '{piece.Text}' the score {piece.Score}.");
        }
    }
}
