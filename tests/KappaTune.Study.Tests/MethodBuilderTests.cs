using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Study;

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>What each method trains: as many parameters as lowest κ, and for baselines what they must have in common with it.</summary>
public sealed class MethodBuilderTests : IDisposable
{
    private const int Classes = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly Checkpoint _checkpoint;
    private readonly SequenceClassifier _model;
    private readonly ScanReport _scan;

    public MethodBuilderTests()
    {
        string path = TinyModel.Write(_folder, config: TinyModel.Config(hidden: 16, layers: 6));
        _scan = CheckpointScanner.Scan(path, new() { CacheDirectory = null });
        _checkpoint = Checkpoint.Open(path);
        _model = SequenceClassifier.Load(_checkpoint, Classes, 0, resetHead: true);
    }

    public void Dispose()
    {
        _model.Dispose();
        _checkpoint.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_method_builds_and_says_what_trains()
    {
        MethodBuilder builder = Builder();
        long head = _model.NewParameters.Sum(name => _model.get_parameter(name)!.NumberOfElements);
        foreach (string id in ComparisonRequest.AllMethods)
        {
            ComparedMethod method = builder.Build(id);
            Assert.Equal(id, method.Id);
            Assert.EndsWith(".", method.Description);
            // With roles and depths given there are few choices, and none of them counts twice.
            Assert.InRange(method.Draws.Count, id is "random" or "random-per-role" ? 3 : 1, id.StartsWith("random") ? 3 : 1);
            Assert.Equal(Enumerable.Range(0, method.Draws.Count), method.Draws.Select(draw => draw.Draw));
            Assert.Equal((method.Draws[0].Trainable, method.Draws[0].Tensors.Count), (method.Trainable, method.Tensors));
            Assert.Distinct(method.Draws.Select(draw => string.Join(',', draw.Tensors)));
            Assert.All(method.Draws, draw => Assert.Equal(draw.Tensors.Distinct().Order(StringComparer.Ordinal), draw.Tensors));
        }

        Assert.Equal(head, builder.Build("head").Trainable);
        Assert.Equal(builder.BaseParameters + head, builder.Build("full").Trainable);
        Assert.Equal(_model.parameters().Sum(parameter => parameter.NumberOfElements), builder.Build("full").Trainable);
        Assert.All(builder.Build("biases").Draws[0].Tensors, name => Assert.EndsWith(".bias", name));
        Assert.Equal(6 * 8 + 1, builder.Build("biases").Tensors);
        Assert.Equal(builder.Build("kappa-lowest").Draws[0].Tensors, builder.Build("kappa-lora").Draws[0].Tensors);
        Assert.Equal("bert.embeddings.word_embeddings.weight", Assert.Single(builder.Build("embeddings").Draws[0].Tensors));
        Assert.Equal(
            builder.Build("last-layers").Draws[0].Tensors.Append("bert.embeddings.word_embeddings.weight").Order(StringComparer.Ordinal),
            builder.Build("last-layers-embeddings").Draws[0].Tensors);
        foreach (string id in (string[])["full", "kappa"])
        {
            ComparedMethod headFirst = builder.Build($"{id}-head-first"), plain = builder.Build(id == "full" ? id : "kappa-lowest");
            Assert.Equal((2, 0), (headFirst.HeadEpochs, plain.HeadEpochs));
            Assert.Equal(plain.Draws.Single().Tensors, headFirst.Draws.Single().Tensors);
            Assert.Contains("first 2 epochs", headFirst.Description);
        }

        Assert.Throws<ArgumentException>(() => builder.Build("all"));
    }

    [Fact]
    public void Competitors_train_as_many_parameters_as_lowest_kappa()
    {
        MethodBuilder builder = Builder();
        long budget = builder.Build("kappa-lowest").Trainable;
        long largest = builder.Candidates.Max(matrix => matrix.Parameters);
        foreach (string id in (string[])["relative-kappa", "kappa-per-role", "last-layers", "kappa-highest", "random", "random-per-role"])
            Assert.All(builder.Build(id).Draws, draw => Assert.InRange(draw.Trainable, budget - largest + 1, budget));
        Assert.All(builder.Build("random-matched").Draws, draw => Assert.Equal(budget, draw.Trainable));

        // A rank more or less is this many parameters.
        long rank = builder.Candidates.Sum(matrix => matrix.Rows + matrix.Columns);
        Assert.InRange(builder.Build("lora").Trainable, budget - rank, budget);
        long small = builder.Build("kappa-lora").Trainable;
        Assert.InRange(builder.Build("lora-small").Trainable, small - rank, small);
        Assert.Equal((16, "LoRA of rank 16, alpha 32"), (builder.Build("kappa-lora").Rank, builder.Build("kappa-lora").Adapters));
        Assert.EndsWith(" parameters, alpha twice the rank.", builder.Build("lora").Description);
        Assert.Null(builder.Build("kappa-lowest").Adapters);

        // Draws differ, and the highest have nothing in common with the lowest.
        Assert.Equal(3, builder.Build("random").Draws.Select(draw => string.Join(',', draw.Tensors)).Distinct().Count());
        Assert.Empty(builder.Build("kappa-highest").Draws[0].Tensors.Intersect(builder.Build("kappa-lowest").Draws[0].Tensors));
        Assert.Equal(Builder().Build("random").Draws.Select(draw => string.Join(',', draw.Tensors)),
            builder.Build("random").Draws.Select(draw => string.Join(',', draw.Tensors)));
    }

    [Fact]
    public void A_language_models_methods_have_its_roles_and_no_head()
    {
        string path = TinyDecoder.Write(_folder, "decoder", TinyDecoder.Config with { LayerCount = 6 });
        ScanReport scan = CheckpointScanner.Scan(path, new() { CacheDirectory = null }, TestContext.Current.CancellationToken);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        var builder = new MethodBuilder(scan, model, 0.2, draws: 3, epochs: 8);
        Dictionary<string, ScannedMatrix> byName = scan.Matrices.ToDictionary(matrix => matrix.Id);
        Assert.Equal(0, builder.HeadParameters);
        Assert.Equal(model.parameters().Sum(parameter => parameter.NumberOfElements), builder.Build("full").Trainable);
        Assert.Equal(6 * 7, builder.Build("layers").Tensors);
        Assert.Equal(0, builder.Build("routers").Tensors);
        Assert.Equal(ComparisonRequest.LanguageModelAdapterRate, builder.Build("lora").RateFactor);
        long budget = builder.Build("kappa-lowest").Trainable;
        foreach ((string id, Func<TensorRole, bool> isOne) in (
            (string, Func<TensorRole, bool>)[])
            [
                ("feed-forward", role => role is TensorRole.FeedForwardIn or TensorRole.FeedForwardGate or TensorRole.FeedForwardOut),
                ("attention", role => role is TensorRole.Query or TensorRole.Key or TensorRole.Value or TensorRole.AttentionOutput),
            ])
        {
            IReadOnlyList<MethodDraw> draws = builder.Build(id).Draws;
            Assert.Equal(3, draws.Count);
            Assert.All(draws.SelectMany(draw => draw.Tensors), name => Assert.True(isOne(byName[name].Role), name));
            Assert.All(draws, draw => Assert.InRange(draw.Trainable, 1, budget));
        }

        Assert.All(builder.Build("random-roles").Draws, draw => Assert.Equal(Roles(builder.Build("kappa-lowest").Draws[0]), Roles(draw)));

        TensorRole[] Roles(MethodDraw draw) => [.. draw.Tensors.Select(name => byName[name].Role).Order()];
    }

    [Fact]
    public void A_draw_per_role_has_the_roles_of_lowest_kappa_per_role()
    {
        MethodBuilder builder = Builder();
        Dictionary<string, ScannedMatrix> byName = builder.Candidates.ToDictionary(matrix => matrix.Name);
        IReadOnlyList<MethodDraw> draws = builder.Build("random-per-role").Draws;
        Assert.All(draws, draw => Assert.Equal(RolesOf(builder.Build("kappa-per-role").Draws[0]), RolesOf(draw)));
        Assert.True(draws.Select(draw => string.Join(',', draw.Tensors)).Distinct().Count() > 1);

        TensorRole[] RolesOf(MethodDraw draw) => [.. draw.Tensors.Select(name => byName[name].Role).Order()];
    }

    [Fact]
    public void A_matched_draw_has_the_same_roles_and_layers()
    {
        MethodBuilder builder = Builder();
        Dictionary<string, ScannedMatrix> byName = builder.Candidates.ToDictionary(matrix => matrix.Name);
        // A choice of different roles in different layers leaves others that match.
        ScannedMatrix[] chosen = [.. builder.Candidates.Where(matrix => (matrix.Layer, matrix.Role) is
            (0, TensorRole.Query) or (2, TensorRole.Key) or (2, TensorRole.FeedForwardIn) or (5, TensorRole.Value))];
        Assert.Equal(4, chosen.Length);
        var draws = Enumerable.Range(0, 8).Select(seed => MatchedDraw.Draw(chosen, builder.Candidates, seed)).ToArray();
        Assert.All(draws, draw =>
        {
            Assert.Null(draw.Note);
            Assert.Equal(chosen.Select(matrix => matrix.Role).Order(), draw.Tensors.Select(matrix => matrix.Role).Order());
            Assert.Equal(chosen.Select(matrix => matrix.Layer).Order(), draw.Tensors.Select(matrix => matrix.Layer).Order());
            Assert.Equal(4, draw.Tensors.Select(matrix => matrix.Name).Distinct().Count());
            Assert.False(draw.Tensors.ToHashSet().SetEquals(chosen));
        });
        Assert.True(draws.Select(draw => string.Join(',', draw.Tensors.Select(matrix => matrix.Name).Order())).Distinct().Count() > 3);

        // All of one role in some layers: other layers are the only choice, and it says so.
        ScannedMatrix[] queries = [.. builder.Candidates.Where(matrix => matrix is { Role: TensorRole.Query, Layer: < 3 })];
        (IReadOnlyList<ScannedMatrix> others, string? note) = MatchedDraw.Draw(queries, builder.Candidates, 0);
        Assert.Contains("same roles", note);
        Assert.All(others, matrix => Assert.Equal(TensorRole.Query, matrix.Role));
        Assert.Equal(3, others.Count);

        // All of one role: nothing else matches.
        ScannedMatrix[] all = [.. builder.Candidates.Where(matrix => matrix.Role == TensorRole.Query)];
        (others, note) = MatchedDraw.Draw(all, builder.Candidates, 0);
        Assert.Contains("the choice itself", note);
        Assert.Equal(all.ToHashSet(), others.ToHashSet());
    }

    [Fact]
    public void A_budget_takes_what_comes_first_and_leaves_out_what_no_longer_fits()
    {
        ScannedMatrix[] order = [Matrix("a", 4), Matrix("b", 9), Matrix("c", 5), Matrix("d", 1)];
        Assert.Equal(["a", "c", "d"], MethodBuilder.Fill(order, 10).Select(matrix => matrix.Name));
        Assert.Equal(["a", "b"], MethodBuilder.Fill(order, 13).Select(matrix => matrix.Name));
        Assert.Empty(MethodBuilder.Fill(order, 0));

        static ScannedMatrix Matrix(string name, int parameters) =>
            new() { Name = name, Shape = [parameters, 1], Rows = parameters, Columns = 1 };
    }

    private MethodBuilder Builder() => new(_scan, _model, 0.2, draws: 3, epochs: 8);
}
