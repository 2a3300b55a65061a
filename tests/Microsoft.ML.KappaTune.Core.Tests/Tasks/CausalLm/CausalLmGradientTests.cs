using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

/// <summary>The loss of a step and its gradient, whatever the batches that the step is done in.</summary>
public sealed class CausalLmGradientTests
{
    /// <summary>The completion of the recorded texts, all but their first five tokens.</summary>
    [Theory, MemberData(nameof(GoldenDecoderTests.WithCompletion), MemberType = typeof(GoldenDecoderTests))]
    public void Any_split_of_a_step_gives_the_recorded_gradients(string row)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = CausalLanguageModel.Load(golden.Checkpoint);
        Tensor ids = golden["input_ids"], labels = golden["completion.labels"];
        LanguageModelExample[] texts =
        [
            .. Enumerable.Range(0, (int)ids.shape[0]).Select(i => LanguageModelExample.OfTokens(
                [.. ids[i].data<long>().Select(id => (int)id)], [.. labels[i].data<long>().Select(label => label >= 0)], "a text")),
        ];
        LanguageModelRows rows = RowsOf([.. texts.Select(Row)]);
        foreach (int batch in (int[])[3, 2, 1])
        {
            (double loss, Dictionary<string, Tensor> gradients) = Step(model, rows, batch);
            Assert.Equal(golden["completion.loss"].item<float>(), loss, 1e-4);
            // Experts may be one by one here, and together there.
            string[] recorded = [.. gradients.Keys.Where(name => golden.Find($"grad.{name}") is not null)];
            Assert.True(recorded.Length > gradients.Count / 4, "the recorded gradients have other names");
            foreach (string name in recorded)
                Assert.InRange(StoredTensors.Difference(gradients[name], golden[$"grad.{name}"]), 0, 1e-4);
        }

        LanguageModelRow Row(LanguageModelExample text) =>
            LanguageModelRow.Of(new([.. text.Ids!], [.. text.Counted!], IsTruncated: false, CrossesPrompt: false));
    }

    [Theory]
    [InlineData("two heads share")]
    [InlineData("tied")]
    public void Texts_in_a_row_or_padded_or_alone_are_learnt_the_same(string variant)
    {
        using var scope = NewDisposeScope();
        DecoderConfig config = SmallDecoder.Config(variant);
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        var random = new Random(3);
        LanguageModelRow[] texts = [.. new[] { 9, 2, 5, 7, 3 }.Select(length => LanguageModelRow.Of(new(
            [.. Enumerable.Range(0, length).Select(_ => random.Next(config.VocabularySize))],
            [.. Enumerable.Range(0, length).Select(i => i == length - 1 || random.Next(2) == 0)], false, false)))];
        // By the reference, text by text.
        var reference = new ReferenceDecoder(model, config);
        double sum = texts.Sum(
            text => reference.Losses([.. text.Ids.Select(id => (long)id)]).Where((_, i) => text.Targets[i] >= 0).Sum());
        double expected = sum / texts.Sum(text => text.Counted);

        (double alone, Dictionary<string, Tensor> gradients) = Step(model, RowsOf(texts), batchSize: 1);
        Assert.Equal(expected, alone, 1e-6);
        LanguageModelRow[] packed = RowPacking.Pack(texts, 16);
        Assert.True(packed.Length < texts.Length);
        // What fills up a batch may be a token like any other, such as the one that ends a text.
        foreach ((LanguageModelRow[] rows, int batch, int padId) in
            ((LanguageModelRow[], int, int)[])[(texts, 5, 0), (texts, 5, 2), (texts, 2, 7), (packed, 1, 0), (packed, 4, 2)])
        {
            (double loss, Dictionary<string, Tensor> others) = Step(model, RowsOf(rows, padId), batch);
            Assert.Equal(alone, loss, 1e-6);
            foreach ((string name, Tensor gradient) in gradients)
                Assert.InRange(StoredTensors.Difference(others[name], gradient), 0, 1e-6);
        }
    }

    [Fact]
    public void Uneven_routers_count_as_much_as_asked_for()
    {
        using var scope = NewDisposeScope();
        DecoderConfig config = SmallDecoder.Config("mixture");
        using CausalLanguageModel model = SmallDecoder.Model(config);
        var random = new Random(3);
        LanguageModelRows rows = RowsOf([.. new[] { 9, 5 }.Select(length => LanguageModelRow.Of(new(
            [.. Enumerable.Range(0, length).Select(_ => random.Next(config.VocabularySize))], [.. Enumerable.Repeat(true, length)],
            false, false)))]);
        (double plain, Dictionary<string, Tensor> gradients) = Step(model, rows, 2);
        (double balanced, Dictionary<string, Tensor> others) = Step(model, rows, 2, routerBalance: 0.5);
        using RouterLogits routers = RouterLogits.Begin();
        TokenBatch batch = rows.Batch([0, 1], CPU);
        using (no_grad())
            model.Logits(batch.Ids, batch.Mask);
        double uneven = routers.BalanceLoss(config.Experts!.ChosenCount, batch.Mask).ToDouble();
        Assert.True(uneven > 0);
        Assert.Equal(plain + 0.5 * uneven, balanced, 1e-4);
        Assert.Contains(gradients.Keys, name => StoredTensors.Difference(others[name], gradients[name]) > 1e-5);
    }

    private static LanguageModelRows RowsOf(LanguageModelRow[] rows, int padId = 0) => new(rows, rows.Length, 0, 0, padId);

    /// <summary>One step over all rows, in batches of so many.</summary>
    private static (double Loss, Dictionary<string, Tensor> Gradients) Step(
        CausalLanguageModel model, LanguageModelRows rows, int batchSize, double routerBalance = 0)
    {
        TuningOptions options = new TinyOptions { BatchSize = batchSize, GradientAccumulation = rows.Count, MaxEpochs = 1 };
        var tuning = new CausalLmTask(new LanguageModelRequest { Options = options, Train = [], RouterBalance = routerBalance });
        var parts = new PartlyFrozenModel(model, model.named_parameters().Select(named => named.name));
        using var state = new TuningState();
        using RowTask<CausalLanguageModel, LanguageModelRows> task =
            RowTask<CausalLanguageModel, LanguageModelRows>.Create(tuning, parts, rows, null, state, CPU);
        Assert.Equal(1, task.StepsPerEpoch);
        foreach (Parameter parameter in model.parameters())
            parameter.grad = null;
        StepBatches<RowBatch> step = task.BatchesOf(0);
        Assert.Equal(rows.CountedTokens, step.Samples);
        double loss = 0;
        foreach (RowBatch batch in step.Batches)
        {
            using var scope = NewDisposeScope();
            loss += task.Backward(batch);
        }

        // Experts that no token chose have none.
        return (loss, model.named_parameters().ToDictionary(
            named => named.name, named => named.parameter.grad?.clone() ?? zeros_like(named.parameter)));
    }
}
