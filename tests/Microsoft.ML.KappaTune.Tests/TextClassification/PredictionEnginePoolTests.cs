using Microsoft.Extensions.ObjectPool;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

[Collection(nameof(ProcessSettings))]
public sealed class PredictionEnginePoolTests(FittedModel models) : IClassFixture<FittedModel>
{
    [Fact]
    public void Many_requests_at_once_are_answered_from_a_file()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("model.zip");
        models.Context.Model.Save(models.Direct, models.Test.Schema, file);
        ITransformer model = models.Context.Model.Load(file, out _);
        var pool = new DefaultObjectPool<PredictionEngine<Document, Answer>>(new EnginePolicy(models.Context, model));
        Document[] rows = Document.Rows(60, 3, seed: 2);
        float[][] expected = FittedModel.Scores(models.Direct, models.Test);
        Parallel.For(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            PredictionEngine<Document, Answer> engine = pool.Get();
            Answer answer = engine.Predict(rows[i % rows.Length]);
            pool.Return(engine);
            for (int c = 0; c < 3; c++)
                Assert.Equal(expected[i % rows.Length][c], answer.Score[c], 1e-5);
            Assert.Equal(Array.IndexOf(answer.Score, answer.Score.Max()) + 1u, answer.PredictedLabel);
        });
    }

    private sealed class EnginePolicy(MLContext context, ITransformer model) : PooledObjectPolicy<PredictionEngine<Document, Answer>>
    {
        public override PredictionEngine<Document, Answer> Create() =>
            context.Model.CreatePredictionEngine<Document, Answer>(model, new PredictionEngineOptions { OwnsTransformer = false });

        public override bool Return(PredictionEngine<Document, Answer> obj) => true;
    }

    private sealed class Answer
    {
        public uint PredictedLabel { get; set; }
        public float[] Score { get; set; } = [];
    }
}
