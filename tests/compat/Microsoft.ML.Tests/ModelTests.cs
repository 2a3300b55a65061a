using System.Buffers.Binary;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

public sealed class ModelTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("models-").FullName;

    /// <summary>What was wrong with a model, without what is wrapped around it for each component that holds another; null for nothing.</summary>
    internal static Exception? LoadError(byte[] model)
    {
        Exception? error = Record.Exception(() => new MLContext().Model.Load(new MemoryStream(model), out _));
        while (error is TargetInvocationException or InvalidOperationException { InnerException: TargetInvocationException })
            error = error.InnerException;
        return error;
    }

    /// <summary>The model as another context loads it.</summary>
    internal static ITransformer Reload(ITransformer model, DataViewSchema schema, out DataViewSchema loadedSchema)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(model, schema, stream);
        return new MLContext().Model.Load(stream, out loadedSchema);
    }

    [Fact]
    public void The_schema_comes_back_with_hidden_columns_types_and_annotations()
    {
        IDataView data = Rows("b", "a");
        ITransformer keys = _context.Transforms.Conversion.MapValueToKey("Text").Append(_context.Transforms.Concatenate("All", "F", "Vector")).Fit(data);
        DataViewSchema schema = keys.Transform(data).Schema;
        Reload(keys, schema, out DataViewSchema loaded);
        Assert.Equal(schema.Select(column => (column.Name, column.Type, column.IsHidden)), loaded.Select(column => (column.Name, column.Type, column.IsHidden)));
        Assert.Equal("[b, a]", Columns.Annotation(loaded["Text"], "KeyValues"));
        Assert.Equal("[F, , ]", Columns.Annotation(loaded["All"], "SlotNames"));
    }

    [Fact]
    public void A_transformer_that_is_no_chain_comes_back_as_what_it_was()
    {
        IDataView data = Rows("b");
        var model = _context.Transforms.Conversion.MapValueToKey("Text").Fit(data);
        ITransformer loaded = Reload(model, data.Schema, out _);
        Assert.Equal(model.GetType(), loaded.GetType());
        Assert.Equal([1u, 0u], loaded.Transform(Rows("b", "c")).GetColumn<uint>("Text"));
    }

    [Fact]
    public void Chains_in_chains_keep_their_scopes()
    {
        IDataView data = Rows("b");
        var inner = new EstimatorChain<ITransformer>().Append(_context.Transforms.CopyColumns("A", "F"), TransformerScope.Training);
        ITransformer model = inner.Append(_context.Transforms.CopyColumns("B", "F"), TransformerScope.Scoring).Fit(data);
        var loaded = Assert.IsType<TransformerChain<ITransformer>>(Reload(model, data.Schema, out _));
        Assert.Equal(["Text", "F", "Vector", "A"], loaded.GetOutputSchema(data.Schema, TransformerScope.Training).Select(column => column.Name));
        Assert.Equal(["Text", "F", "Vector", "B"], loaded.GetOutputSchema(data.Schema, TransformerScope.Scoring).Select(column => column.Name));
    }

    [Fact]
    public void A_file_is_overwritten_and_a_stream_stays_open()
    {
        string path = Path.Combine(_folder, "model.zip");
        File.WriteAllBytes(path, new byte[1_000_000]);
        ITransformer model = _context.Transforms.CopyColumns("A", "F").Fit(Rows("x"));
        _context.Model.Save(model, Rows().Schema, path);
        Assert.NotNull(_context.Model.Load(path, out _));
        using var stream = new MemoryStream();
        _context.Model.Save(model, Rows().Schema, stream);
        Assert.True(stream.CanRead);
        Assert.Equal(stream.Length, new FileInfo(path).Length);
    }

    [Fact]
    public void Entries_are_spooled_in_the_folder_for_temporary_files_and_leave_nothing_there()
    {
        string folder = Path.Combine(_folder, "spool");
        _context.TempFilePath = folder;
        using var stream = new MemoryStream();
        _context.Model.Save(_context.Transforms.CopyColumns("A", "F").Fit(Rows("x")), Rows().Schema, stream);
        _context.Model.Load(stream, out _);
        Assert.True(Directory.Exists(folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void A_failed_save_passes_the_error_on()
    {
        ITransformer model = _context.Transforms.CustomMapping<Row, Row>((_, _) => { }, contractName: null).Fit(Rows("x"));
        Assert.Throws<InvalidOperationException>(() => _context.Model.Save(model, Rows().Schema, new MemoryStream()));
    }

    [Theory]
    [InlineData(56, 0x00020000u, 0x00010001u, null)]
    [InlineData(56, 0x00020000u, 0x00020000u, "too new")]
    [InlineData(56, 0x00010000u, 0x00010000u, "too old")]
    [InlineData(56, 0x00010001u, 0x00020000u, "Corrupt model file")]
    [InlineData(8, 0x00020000u, 0x00010001u, null)]
    [InlineData(8, 0x00020000u, 0x00020000u, "newer version")]
    public void A_version_that_can_not_be_read_is_a_format_error(int offset, uint written, uint readable, string? message)
    {
        byte[] model = Edit("TransformerChain/Model.key", bytes =>
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), written);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset + 4), readable);
            return bytes;
        });
        if (message is null)
            Assert.NotNull(_context.Model.Load(new MemoryStream(model), out _));
        else
            Assert.Contains(message, Assert.IsType<FormatException>(LoadError(model)).Message);
    }

    [Fact]
    public void A_loader_that_nobody_declares_is_a_format_error_and_a_missing_assembly_names_itself()
    {
        byte[] unknown = Edit("TransformerChain/Model.key", bytes => Replace(bytes, "CopyTransform", "NopeTransform"));
        Assert.Contains("NopeTransform", Assert.IsType<FormatException>(LoadError(unknown)).Message);
        byte[] missing = Edit("TransformerChain/Model.key", bytes => Replace(Replace(bytes, "CopyTransform", "NopeTransform"), "Microsoft.ML", "Missing.Name"));
        Assert.Contains("Missing.Name", Assert.IsType<FileNotFoundException>(LoadError(missing)).Message);
    }

    [Fact]
    public void What_a_component_throws_comes_out_wrapped()
    {
        IDataView data = Rows("a");
        using var saved = new MemoryStream();
        _context.Model.Save(_context.Transforms.CopyColumns("A", "F").Append(_context.Transforms.CopyColumns("B", "F")).Fit(data), data.Schema, saved);
        byte[] damaged = ModelZip.Edit(saved.ToArray(), (name, bytes) =>
            name.Contains("Transform_000", StringComparison.Ordinal) ? [.. "OTHERSIG"u8, .. bytes[8..]] : bytes);
        var error = Assert.Throws<InvalidOperationException>(() => _context.Model.Load(new MemoryStream(damaged), out _));
        var reflection = Assert.IsType<TargetInvocationException>(error.InnerException);
        Assert.Equal("Wrong file type", Assert.IsType<FormatException>(reflection.InnerException).Message);
    }

    [Fact]
    public void Models_load_on_many_threads_of_one_context()
    {
        IDataView data = Rows("b", "a");
        using var saved = new MemoryStream();
        _context.Model.Save(_context.Transforms.Conversion.MapValueToKey("Text").Fit(data), data.Schema, saved);
        Parallel.For(0, 16, _ =>
            Assert.Equal([1u, 2u], _context.Model.Load(new MemoryStream(saved.ToArray()), out DataViewSchema _).Transform(data).GetColumn<uint>("Text")));
    }

    [Fact]
    public void An_assembly_can_be_registered_more_than_once()
    {
        _context.ComponentCatalog.RegisterAssembly(typeof(Microsoft.ML.Tests.Extension.LetterTransformer).Assembly);
        _context.ComponentCatalog.RegisterAssembly(typeof(Microsoft.ML.Tests.Extension.LetterTransformer).Assembly, throwOnError: false);
        Assert.Throws<ArgumentNullException>(() => _context.ComponentCatalog.RegisterAssembly(null!));
    }

    [Fact]
    public void Damaged_models_give_typed_errors_and_no_large_allocations()
    {
        IDataView data = Rows("b", "a", "c");
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Text").Append(_context.Transforms.Conversion.MapKeyToValue("Text"))
            .Append(_context.Transforms.Concatenate("All", "F", "Vector")).Append(_context.Transforms.DropColumns("F")).Fit(data);
        using var saved = new MemoryStream();
        _context.Model.Save(model, _context.Transforms.Conversion.MapValueToKey("Text").Fit(data).Transform(data).Schema, saved);
        var random = new Random(7);
        string[] entries =
        [
            "Schema", "TransformerChain/Model.key", "Vocabulary/Model.key",
            "Transform_000/Model.key", "Transform_002/Model.key", "Transform_003/Model.key",
        ];
        int failed = 0;
        for (int i = 0; i < 600; i++)
        {
            string entry = entries[i % entries.Length];
            byte[] damaged = ModelZip.Edit(saved.ToArray(), (name, bytes) =>
                name.EndsWith(entry, StringComparison.Ordinal) ? Damage(bytes, random) : bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exception? error = LoadError(damaged);
            Assert.True(error is null or FormatException or InvalidOperationException or FileNotFoundException or FileLoadException, error?.ToString());
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
            failed += error is null ? 0 : 1;
        }

        Assert.InRange(failed, 300, 600);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Damage(byte[] bytes, Random random)
    {
        if (random.Next(4) == 0)
            return bytes[..random.Next(bytes.Length)];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Length);
            bytes[at] = random.Next(3) switch { 0 => (byte)0xFF, 1 => (byte)(bytes[at] ^ (1 << random.Next(8))), _ => (byte)random.Next(256) };
        }

        return bytes;
    }

    private static byte[] Replace(byte[] bytes, string old, string other) =>
        System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(bytes).Replace(old, other));

    private byte[] Edit(string entry, Func<byte[], byte[]> edit)
    {
        using var stream = new MemoryStream();
        _context.Model.Save(_context.Transforms.CopyColumns("A", "F").Fit(Rows("x")), Rows().Schema, stream);
        return ModelZip.Edit(stream.ToArray(), (name, bytes) => name == entry ? edit(bytes) : bytes);
    }

    private IDataView Rows(params string[] texts) => _context.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text }).ToArray());

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public float F { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [1, 2];
    }
}
