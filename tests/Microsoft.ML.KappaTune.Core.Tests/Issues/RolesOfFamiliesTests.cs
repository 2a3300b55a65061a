using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>Tables and heads of encoders of other families were candidates, and names that hold "norm" were norms.</summary>
public sealed class RolesOfFamiliesTests
{
    [Theory]
    [InlineData("model.embeddings.tok_embeddings.weight")] // ModernBERT
    [InlineData("electra.embeddings.word_embeddings.weight")]
    [InlineData("deberta.encoder.rel_embeddings.weight")]
    [InlineData("deberta.embeddings.word_embeddings.weight")]
    [InlineData("albert.embeddings.position_embeddings.weight")]
    [InlineData("bert.encoder.layer.0.attention.self.distance_embedding.weight")]
    [InlineData("mpnet.encoder.relative_attention_bias.weight")]
    [InlineData("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight")] // T5
    [InlineData("shared.weight")]
    [InlineData("text_model.embeddings.token_embedding.weight")] // CLIP
    [InlineData("text_model.embeddings.position_embedding.weight")]
    [InlineData("vision_model.embeddings.class_embedding")]
    [InlineData("transformer.word_embedding.weight")] // XLNet
    [InlineData("transformer.mask_emb", 3)]
    [InlineData("transformer.layer.0.rel_attn.seg_embed", 3)]
    [InlineData("model.encoder.embed_positions.weight")] // BART
    [InlineData("swin.encoder.layers.0.blocks.1.attention.self.relative_position_bias_table")]
    [InlineData("swinv2.encoder.layers.0.blocks.1.attention.self.continuous_position_bias_mlp.0.weight")]
    [InlineData("vit.embeddings.position_embeddings", 3)]
    [InlineData("vit.embeddings.cls_token", 3)]
    [InlineData("vision_encoder.layers.7.attn.rel_pos_h")] // SAM
    [InlineData("model.decoder.embed_positions.weight")] // Whisper
    [InlineData("layoutlm.embeddings.x_position_embeddings.weight")]
    public void Tables_are_embeddings(string name, int rank = 2) => AssertRole(TensorRole.Embedding, name, rank);

    [Theory]
    [InlineData("head.dense.weight")] // ModernBERT
    [InlineData("decoder.weight")]
    [InlineData("discriminator_predictions.dense.weight")] // ELECTRA
    [InlineData("discriminator_predictions.dense_prediction.weight")]
    [InlineData("generator_predictions.dense.weight")]
    [InlineData("generator_lm_head.weight")]
    [InlineData("lm_predictions.lm_head.dense.weight")] // DeBERTa
    [InlineData("mask_predictions.dense.weight")]
    [InlineData("mask_predictions.classifier.weight")]
    [InlineData("predictions.dense.weight")] // ALBERT
    [InlineData("predictions.decoder.weight")]
    [InlineData("sop_classifier.classifier.weight")]
    [InlineData("lm_loss.weight")] // XLNet
    [InlineData("logits_proj.weight")]
    [InlineData("start_logits.dense.weight")]
    [InlineData("end_logits.dense_0.weight")]
    [InlineData("answer_class.dense_0.weight")]
    [InlineData("classification_head.dense.weight")] // BART
    [InlineData("classification_head.out_proj.weight")]
    [InlineData("text_projection.weight")] // CLIP
    [InlineData("visual_projection.weight")]
    [InlineData("proj_out.weight")] // Whisper
    [InlineData("lm_head.decoder.weight")] // MPNet
    public void Heads_are_heads(string name) => AssertRole(TensorRole.Head, name, 2);

    [Theory]
    [InlineData("model.layers.0.attn.Wqkv.weight", TensorRole.QueryKeyValue)] // ModernBERT
    [InlineData("model.layers.0.attn.Wo.weight", TensorRole.AttentionOutput)]
    [InlineData("model.layers.0.mlp.Wi.weight", TensorRole.FeedForwardIn)]
    [InlineData("model.layers.0.mlp.Wo.weight", TensorRole.FeedForwardOut)]
    [InlineData("deberta.encoder.layer.0.attention.self.query_proj.weight", TensorRole.Query)]
    [InlineData("deberta.encoder.layer.0.attention.self.in_proj.weight", TensorRole.QueryKeyValue)]
    [InlineData("mpnet.encoder.layer.0.attention.attn.k.weight", TensorRole.Key)]
    [InlineData("mpnet.encoder.layer.0.attention.attn.o.weight", TensorRole.AttentionOutput)]
    [InlineData("albert.encoder.albert_layer_groups.0.albert_layers.0.attention.value.weight", TensorRole.Value)]
    [InlineData("albert.encoder.albert_layer_groups.0.albert_layers.0.ffn_output.weight", TensorRole.FeedForwardOut)]
    [InlineData("text_model.encoder.layers.0.self_attn.out_proj.weight", TensorRole.AttentionOutput)]
    [InlineData("vit.encoder.layer.0.attention.attention.query.weight", TensorRole.Query)]
    [InlineData("transformer.layer.0.rel_attn.q", TensorRole.Query, 3)]
    [InlineData("transformer.layer.0.ff.layer_1.weight", TensorRole.FeedForwardIn)]
    [InlineData("encoder.block.1.layer.1.mlp.router.classifier.weight", TensorRole.Router)]
    public void Matrices_of_layers_keep_their_roles(string name, TensorRole role, int rank = 2)
    {
        AssertRole(role, name, rank);
        Assert.NotNull(TensorName.Parse(name, rank).Layer);
    }

    [Theory]
    [InlineData("model.layers.0.normalized_proj.weight", false)]
    [InlineData("model.layers.0.enormous.weight", false)]
    [InlineData("model.layers.0.abnormal_gate.weight", false)]
    [InlineData("model.normalizer.weight", false)]
    [InlineData("model.embeddings.norm.weight", true)]
    [InlineData("vision_model.pre_layrnorm.weight", true)] // CLIP's spelling
    [InlineData("model.encoder.layernorm_embedding.weight", true)] // BART
    [InlineData("vit.encoder.layer.0.layernorm_before.weight", true)]
    [InlineData("encoder.layers.0.norm1.weight", true)]
    [InlineData("encoder.RMSNorm.weight", true)]
    [InlineData("transformer.norm_f.weight", true)]
    [InlineData("transformer.h.0.ln_1.weight", true)]
    [InlineData("transformer.h.0.ln1.weight", true)]
    [InlineData("resnet.layer1.0.bn2.weight", true)]
    public void Norm_is_a_word_of_the_name(string name, bool isNorm) =>
        Assert.Equal(isNorm, TensorName.Parse(name, 1).Role == TensorRole.Norm);

    [Theory]
    [InlineData("transformer.layer.0.rel_attn.q")]
    [InlineData("transformer.layer.0.rel_attn.seg_embed")]
    [InlineData("vit.embeddings.position_embeddings")]
    public void What_is_split_by_heads_and_tables_are_no_stacks_of_experts(string name) => Assert.False(TensorName.IsExpertStack(name, 3));

    private static void AssertRole(TensorRole role, string name, int rank) => Assert.Equal(role, TensorName.Parse(name, rank).Role);
}
